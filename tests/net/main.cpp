// The tests of the net; or casts it by hand, `test_net SEED COUNT [guests]` or `test_net SCENARIO`;
// or writes what it would judge: `test_net SEED COUNT FOLDER`.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cstring>
#include <iostream>
#include <string_view>

#include "tests/net/net.hpp"
#include "tests/run_tests.hpp"

namespace {

bool read(const char* text, std::uint64_t& number) {
  const char* const end = text + std::strlen(text);
  return std::from_chars(text, end, number).ptr == end;
}

// By hand, a file that somebody wrote.
int judge(const char* path) {
  using faultpath::net::Verdict;
  const Verdict verdict = faultpath::net::judge_apart(path);
  static constexpr const char* kWords[] = {"refused", "ran", "stuck", "failed"};
  fmt::print("{}: {} {}: {}\n", path, kWords[static_cast<int>(verdict.kind)], verdict.oracle,
             verdict.detail);
  return verdict.kind == Verdict::Kind::failed ? 1 : 0;
}

int cast(std::uint64_t seed, std::uint64_t count, faultpath::net::Scope scope) {
  const auto counts = faultpath::net::cast(seed, count, std::cout, scope);
  fmt::print(
      "{} scenarios from seed {} on: {} refused at first, {} ran, {} stuck, {} failed, "
      "{} not mended\n",
      counts.drawn, seed, counts.refused, counts.ran, counts.stuck, counts.failed, counts.hopeless);
  return counts.failed == 0 ? 0 : 1;
}

int write_scenarios(std::uint64_t seed, std::uint64_t count, const char* folder) {
  fmt::print("{} scenarios in {}\n", faultpath::net::write_scenarios(seed, count, folder), folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  GTEST_FLAG_SET(brief, true);
  testing::InitGoogleTest(&argc, argv);  // whose expectations also say which law is broken
  if (argc == 1) return faultpath::run_tests();
  if (argc == 2) return judge(argv[1]);
  std::uint64_t seed = 0, count = 0;
  const bool has_seeds = argc > 2 && read(argv[1], seed) && read(argv[2], count);
  using faultpath::net::Scope;
  if (has_seeds && argc == 3) return cast(seed, count, Scope::everything);
  if (has_seeds && argc == 4 && argv[3] == std::string_view("guests")) {
    return cast(seed, count, Scope::guests);
  }
  if (has_seeds && argc == 4) return write_scenarios(seed, count, argv[3]);
  fmt::print(stderr, "usage: test_net [SCENARIO | SEED COUNT [guests | FOLDER]]\n");
  return 2;
}
