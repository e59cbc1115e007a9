// The keys of declared areas, and of those who change them.
#include "scenarios/keys/tables.hpp"

namespace faultpath::scenarios {
namespace {

using namespace models;  // NOLINT: the specs are meant, all of them

std::vector<Named<NotifierKind>> notifier_kinds() {
  std::vector<Named<NotifierKind>> words;
  for (const NotifierTraits& traits : kNotifierTraits) {
    words.push_back({traits.kind, std::string(traits.name), std::string(traits.description)});
  }
  return words;
}

}  // namespace

const Object<AreaSpec>& area_keys() {
  using S = AreaSpec;
  using Access = AreaSpec::Access;
  using Huge = AreaSpec::Huge;
  using Advice = AreaSpec::Advice;
  static const Object<S> kKeys{
      {field("name", &S::name, name(), "for results and host.notifiers").required(),
       field("kind", &S::kind,
             word<Backing>({{Backing::anonymous, "anonymous", "memory, behind it swap"},
                            {Backing::file, "file", "a mapped file"},
                            {Backing::shared, "shared", "shared memory, behind it swap"}}),
             "what lies behind the addresses"),
       field("size", &S::size, bytes(), "in whole pages").required(),
       field("at", &S::at, optional(bytes(0)),
             "first address; behind the area before it unless given"),
       field("shared", &S::shared, boolean(),
             "writes reach the file or other processes; else they make private copies"),
       field("access", &S::access,
             word<Access>({{Access::read_write, "read_write", "for reading and writing"},
                           {Access::read_only, "read_only", "a write is answered Invalid"}}),
             "what the area permits"),
       field("huge", &S::huge,
             word<Huge>({{Huge::never, "never", "pages of 4 KiB"},
                         {Huge::madvise, "madvise", "huge pages on a fault, for which it reclaims"},
                         {Huge::always, "always", "huge pages on a fault, where they are free"}}),
             "transparent huge pages of 2 MiB", "off unless asked for"),
       field("advice", &S::advice,
             word<Advice>({{Advice::normal, "normal", "none"},
                           {Advice::random, "random",
                            "a miss of a file reads its page alone, and uses do not count"},
                           {Advice::sequential, "sequential",
                            "a miss of a file reads forward, and uses do not count"}}),
             "madvise(): for read-ahead, and for reclaim"),
       field("folios", &S::folios, list_of(bytes()),
             "sizes of folios that a fault may bring, the largest that fits and is free; powers of "
             "two from four pages to half a page table: from 16 KiB to 1 MiB with pages of 4 KiB",
             "none unless asked for; Linux, hugepages-*kB/enabled"),
       field("userfaultfd", &S::userfaultfd, boolean(),
             "a thread of user space brings what is missing: a device's fault on it is answered "
             "Invalid, one of the process waits",
             "off unless asked for; Linux, userfaultfd(2)"),
       field("mlock", &S::mlock, boolean(),
             "reclaim leaves a page alone once it is there; it may still migrate",
             "off unless asked for; mlock2() with MLOCK_ONFAULT"),
       field("file_size", &S::file_size, optional(bytes(0)),
             "length of the file; beyond it a fault is answered Invalid")}};
  return kKeys;
}

const Object<NotifierSpec>& notifier_keys() {
  using S = NotifierSpec;
  static const Object<S> kKeys{
      {field("kind", &S::kind, word(notifier_kinds()), "who changes pages").required(),
       field("rate", &S::rate, rate(), "ranges a second in each process with areas, Poisson")
           .required(),
       field("range", &S::range, optional(bytes(kPageBytes)),
             "bytes at a time; as the kind does unless given",
             "Linux 7.1: ksm.c, fair.c, khugepaged.c, migrate.c"),
       field("area", &S::area, optional(name()), "only areas of this name"),
       field("moves", &S::moves, optional(share()),
             "numa: pages that lie on another node, which the fault after the hint moves; nothing "
             "moves unless given")
           .when({"kind", "unless kind is numa",
                  [](const S& spec) { return spec.kind == NotifierKind::numa; }}),
       field("child", &S::child, duration(),
             "fork: until the child has ended or executes another program", "assumed")
           .when({"kind", "unless kind is fork",
                  [](const S& spec) { return spec.kind == NotifierKind::fork; }})}};
  return kKeys;
}

}  // namespace faultpath::scenarios
