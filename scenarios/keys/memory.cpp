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
       field("child", &S::child, duration(),
             "fork: until the child has ended or executes another program", "assumed")
           .when({"kind", "unless kind is fork",
                  [](const S& spec) { return spec.kind == NotifierKind::fork; }})}};
  return kKeys;
}

}  // namespace faultpath::scenarios
