// The keys under `vcpus` of a guest.
#include <string>

#include "models/cpu/virtual_cpus_spec.hpp"
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

const char* const kAssumed = "assumed";
const char* const kHaltPolling = "Linux, Documentation/virt/kvm/halt-polling.rst";

Object<HaltPollSpec> halt_poll() {
  using S = HaltPollSpec;
  const Condition<S> polls{"max", "when max is 0",
                           [](const S& spec) { return spec.max > sim::Duration::zero(); }};
  return {{field("max", &S::max, duration(), "the longest window; 0: no polling",
                 "Linux, halt_poll_ns of x86"),
           field("start", &S::start, duration(), "the smallest window besides none", kHaltPolling)
               .when(polls),
           field("grow", &S::grow, integer32({0, 1000}), "factor by which it grows", kHaltPolling)
               .when(polls),
           field("shrink", &S::shrink, integer32({0, 1000}),
                 "divisor by which it shrinks; 0: to none", kHaltPolling)
               .when(polls)}};
}

Object<ReceiptSpec> receipt() {
  using S = ReceiptSpec;
  return {{field("running", &S::running, latency(), "by one that runs", "1 to 3 us, assumed"),
           field("polling", &S::polling, latency(), "by one for which the host polls",
                 "1 to 3 us, assumed"),
           field("halted", &S::halted, latency(), "by one that has halted", "5 to 15 us, assumed"),
           field("kick", &S::kick, latency(), "by one that runs, besides: an exit and an entry",
                 kAssumed)}};
}

Object<DeepIdleSpec> deep_idle() {
  using S = DeepIdleSpec;
  return {
      {field("after", &S::after, duration(), "of a halt, until the core sleeps deeply", kAssumed),
       field("exit", &S::exit, latency(), "what waking it takes besides",
             "50 to 150 us, measured")}};
}

Object<StealSpec> steal() {
  using S = StealSpec;
  return {
      {field("run", &S::run, latency(), "a slice with its core; constant or exponential", kAssumed),
       field("stolen", &S::stolen, latency(), "a slice without it; constant or exponential",
             kAssumed)}};
}

Object<OvercommitSpec> overcommit() {
  using S = OvercommitSpec;
  return {{field("pool", &S::pool, name(), "of cores; guests that name it share them"),
           field("cores", &S::cores, integer32({1, 1U << 16}), "of the host, for this pool alone",
                 kAssumed),
           field("slice", &S::slice, duration(kShortestSlice), "of a turn",
                 "Linux, base slice with eight CPUs or more")}};
}

Object<VirtualCpusSpec> keys() {
  using S = VirtualCpusSpec;
  const Condition<S> halts{"idle", "when idle is spin",
                           [](const S& spec) { return spec.idle == IdleLoop::halt; }};
  return {{field("count", &S::count, integer32({1, 4096}), "virtual CPUs", kAssumed),
           field("idle", &S::idle,
                 word<IdleLoop>({{IdleLoop::halt, "halt", "it halts, and has to be woken"},
                                 {IdleLoop::spin, "spin", "it runs on (Linux, idle=poll)"}}),
                 "what one does that has nothing to run"),
           field("halt_poll", &S::halt_poll, halt_poll().type(),
                 "for how long the host polls before one that halts sleeps")
               .when(halts),
           field("receipt", &S::receipt, receipt().type(),
                 "from the injection of an interrupt until a virtual CPU has it")
               .inner_when("polling", halts)
               .inner_when("halted", halts)
               .inner_when("kick", {"posted", "unless posted is false",
                                    [](const S& spec) { return !spec.posted; }}),
           field("posted", &S::posted, boolean(),
                 "one that runs gets interrupts without an exit (posted interrupts)"),
           field("deep_idle", &S::deep_idle, optional(deep_idle().type()),
                 "the core of one that is halted for long sleeps deeply; not unless given")
               .when(halts),
           field("steal", &S::steal, optional(steal().type()),
                 "others take its core away from time to time; nobody does unless given"),
           field("overcommit", &S::overcommit, optional(overcommit().type()),
                 "it takes turns with others on a few cores; has one of its own unless given")}};
}

}  // namespace

Type<VirtualCpusSpec> virtual_cpus() {
  using S = VirtualCpusSpec;
  const auto number = integer32({1, 4096});
  const auto map = keys();
  return {[number, map](const Cursor& at, S& spec) {
            spec = {};
            if (at.node.is_scalar()) return number.read(at, spec.count);
            map.read(at, spec);
          },
          [number, map](const S& spec) {
            S standard;
            standard.count = spec.count;
            return spec == standard ? number.dump(spec.count) : map.dump(spec);
          },
          [number, map] {
            return Json{{"anyOf", {number.schema(), map.schema()}}, {"x-type", "number or map"}};
          }};
}

}  // namespace faultpath::scenarios
