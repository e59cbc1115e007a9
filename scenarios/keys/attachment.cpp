// The keys of what devices are attached to: processes, and contexts with a process of their own.
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

// A cached translation is tagged by its context in 17 bits (assumed); a PASID has 20.
constexpr std::uint32_t kMostContexts = 1U << 17;

// A switch that is written only where it is on: an empty context shows as an empty map.
Type<bool> switched_on() {
  const auto either = boolean();
  return {[either](const Cursor& at, bool& value) { either.read(at, value); },
          [either](bool value) { return value ? either.dump(value) : Json{}; },
          [either] { return either.schema(); }};
}

Object<ContextSpec> context() {
  using S = ContextSpec;
  return {{field("process", &S::process, optional(name()),
                 "process whose memory it uses; else that of the device"),
           field("strategy", &S::strategy, optional(strategy()),
                 "strategy of its I/O page table; else that of the device"),
           field("refused", &S::refused, switched_on(),
                 "nobody handles the page requests of its PASID: they are answered by the rules of "
                 "host.era",
                 "not unless set"),
           field("reported", &S::reported, switched_on(),
                 "user space handles the page requests of its PASID (route per_pasid, user_space)",
                 "not unless set")}};
}

// A number of contexts that are attached like the device, or a list of them.
Type<AttachedDeviceSpec> contexts() {
  using S = AttachedDeviceSpec;
  const auto number = integer32({1, kMostContexts});
  const auto list = list_of(context().type());
  return {[number, list](const Cursor& at, S& spec) {
            spec.own_contexts.clear();
            if (at.node.kind != Node::Kind::list) return number.read(at, spec.contexts);
            list.read(at, spec.own_contexts);
            if (spec.own_contexts.empty()) fail(at, "a device has at least one context");
            spec.contexts = static_cast<std::uint32_t>(spec.own_contexts.size());
          },
          [number, list](const S& spec) {
            return spec.own_contexts.empty() ? number.dump(spec.contexts)
                                             : list.dump(spec.own_contexts);
          },
          [number, list] {
            return Json{{"anyOf", {number.schema(), list.schema()}},
                        {"x-type", "whole number or list"}};
          }};
}

void assign_contexts(void* to, const void* from) {
  auto& spec = *static_cast<AttachedDeviceSpec*>(to);
  const auto& other = *static_cast<const AttachedDeviceSpec*>(from);
  spec.contexts = other.contexts;
  spec.own_contexts = other.own_contexts;
}

Object<CpuSpec> cpu() {
  using S = CpuSpec;
  return {{field("workload", &S::workload, workload_keys(),
                 "what it accesses, from its first address on"),
           field("rate", &S::rate, rate(), "accesses, Poisson, while no fault holds its thread",
                 "assumed")}};
}

}  // namespace

Field<AttachedDeviceSpec> contexts_field() {
  return Field<AttachedDeviceSpec>(
      FieldCore("contexts",
                "queues, each with a closed loop or a rate of its own; a list gives each a PASID, "
                "and a process or a strategy of its own",
                {}, contexts().any(), {0, &assign_contexts}));
}

const Object<ProcessSpec>& process_keys() {
  using S = ProcessSpec;
  static const Object<S> kKeys{
      {field("name", &S::name, name(), "as devices name it").required(),
       field("count", &S::count, integer32({1, 100'000}),
             "like processes; instance i of a device uses number i modulo count"),
       field("user", &S::user, integer32(),
             "whose it is: iommufd adds up the locked memory of a user's processes; 0 is also that "
             "of devices' own processes"),
       field("memory", &S::memory, memory_keys().type(), "what lies behind its addresses"),
       field("areas", &S::areas, list_of(area_keys().type()),
             "its areas; unless given, it has what its devices reach", "none"),
       field("cpu", &S::cpu, optional(cpu().type()),
             "its own accesses beside those of devices; none unless given"),
       field("oom_killable", &S::oom_killable, boolean(),
             "may be killed when nothing can be reclaimed and host.memory_cgroup.max or "
             "host.swap.size leaves no room",
             "true; false: Linux, oom_score_adj -1000")}};
  return kKeys;
}

}  // namespace faultpath::scenarios
