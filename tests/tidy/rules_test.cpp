// Each rule of tidiness fires on a bad file and keeps silent on a good one.
#include "tests/tidy/rules.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace faultpath::tidy {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Check = void (*)(const SourceFile&, Findings&);

// "line: message" of what a check finds in a text at a path.
std::vector<std::string> found(Check check, std::string path, const std::string& text) {
  Findings findings;
  check(parse_source(std::move(path), text), findings);
  std::vector<std::string> told;
  for (const auto& finding : findings)
    told.push_back(fmt::format("{}: {}", finding.line, finding.message));
  return told;
}

std::string include(const std::string& header) { return "// A file.\n#include " + header + "\n"; }

// A function of so many lines, its signature and its closing brace included.
std::string function_of(int lines) {
  std::string text = "int f(int a,\n      int b) {\n";
  for (int i = 3; i < lines; ++i) text += "  ++a;\n";
  return text + "}\n";
}

TEST(TidyArrows, AllowIncludesAlongTheArrow) {
  EXPECT_THAT(found(check_arrows, "models/a.cpp", include("\"sim/time.hpp\"")), IsEmpty());
  EXPECT_THAT(found(check_arrows, "cli/a.cpp", include("\"analysis/fit.hpp\"")), IsEmpty());
  EXPECT_THAT(found(check_arrows, "tests/sim/a.cpp", include("\"sim/time.hpp\"")), IsEmpty());
}

TEST(TidyArrows, RefuseIncludesAgainstTheArrow) {
  EXPECT_THAT(found(check_arrows, "sim/a.cpp", include("\"models/device.hpp\"")),
              ElementsAre("2: may not include models/"));
  EXPECT_THAT(found(check_arrows, "analysis/a.hpp", include("\"scenarios/load.hpp\"")),
              ElementsAre("2: may not include scenarios/"));
  EXPECT_THAT(found(check_arrows, "tests/sim/a.cpp", include("\"models/device.hpp\"")),
              ElementsAre("2: may not include models/"));
  EXPECT_THAT(found(check_arrows, "bench/a.cpp", include("\"tests/support/x.hpp\"")),
              ElementsAre("2: may not include tests/"));
}

// A class of so many methods and data members, besides what does not count.
std::string class_of(int methods, int members) {
  std::string text = "// A class.\nclass Large {\n public:\n  Large();\n  ~Large() = default;\n";
  for (int i = 0; i < methods; ++i) text += fmt::format("  int method_{}(int a) const;\n", i);
  text +=
      " private:\n  static constexpr int kNumber = 3;\n  struct Inner {\n    int x = 0;\n  };\n";
  for (int i = 0; i < members; i += 2)
    text += fmt::format("  int a{}_ = 0, b{}_ = f(1, 2);\n", i, i);
  return text + "};\n";
}

TEST(TidyClasses, HaveAtMost30MethodsAnd20DataMembers) {
  EXPECT_THAT(found(check_classes, "sim/a.hpp", class_of(30, 20)), IsEmpty());
  EXPECT_THAT(found(check_classes, "sim/a.hpp", class_of(31, 20)),
              ElementsAre("2: class Large of 31 methods and 20 data members"));
  EXPECT_THAT(found(check_classes, "sim/a.hpp", class_of(30, 22)),
              ElementsAre("2: class Large of 30 methods and 22 data members"));
}

TEST(TidyClasses, PlainTablesMayHaveManyMembers) {
  std::string text = "// A table.\nstruct Table {\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("  int a{} = 0;\n", i);
  EXPECT_THAT(found(check_classes, "sim/a.hpp", text + "};\n"), IsEmpty());
}

TEST(TidyRooms, FollowTheirArrows) {
  EXPECT_THAT(found(check_rooms, "models/kernel/a.cpp", include("\"models/iommu/iommu.hpp\"")),
              IsEmpty());
  EXPECT_THAT(found(check_rooms, "models/iommu/a.cpp", include("\"models/kernel/driver.hpp\"")),
              ElementsAre("2: may not include models/kernel/ from models/iommu/"));
  EXPECT_THAT(found(check_rooms, "models/attic/a.cpp", include("\"sim/time.hpp\"")),
              ElementsAre("1: no such room: attic"));
}

TEST(TidyArrows, RefuseAnIncludeThatIsNotWrittenFromTheRoot) {
  EXPECT_THAT(found(check_arrows, "sim/a.cpp", include("\"time.hpp\"")),
              ElementsAre(HasSubstr("from the root")));
}

TEST(TidyHomes, KeepEachPackageAtHome) {
  EXPECT_THAT(found(check_homes, "sim/a.cpp", include("<simgrid/s4u.hpp>")), IsEmpty());
  EXPECT_THAT(found(check_homes, "tests/sim/a.cpp", include("<simgrid/s4u.hpp>")), IsEmpty());
  EXPECT_THAT(found(check_homes, "models/fabric/graph.cpp", include("<boost/graph/dag.hpp>")),
              IsEmpty());
  EXPECT_THAT(found(check_homes, "models/a.cpp", include("<simgrid/s4u.hpp>")),
              ElementsAre("2: simgrid/ has its home elsewhere"));
  EXPECT_THAT(found(check_homes, "models/a.cpp", include("<boost/graph/dag.hpp>")),
              ElementsAre("2: boost/graph/ has its home elsewhere"));
}

TEST(TidyWords, RefuseAModelThatPrintsOrReadsTheClock) {
  const std::string code =
      "// A file.\nauto t = std::chrono::steady_clock::now();\nstd::cout << t;\n";
  EXPECT_THAT(found(check_words, "models/a.cpp", code),
              UnorderedElementsAre(HasSubstr("steady_clock"), HasSubstr("cout")));
  EXPECT_THAT(found(check_words, "cli/a.cpp", code), IsEmpty());
  EXPECT_THAT(found(check_words, "models/a.cpp", "// no std::cout\nauto s = \"std::cout\";\n"),
              IsEmpty());
}

TEST(TidySizes, AllowAFileOf300LinesButNotOneMore) {
  const std::string lines(300, '\n');
  EXPECT_THAT(found(check_sizes, "sim/a.cpp", lines), IsEmpty());
  EXPECT_THAT(found(check_sizes, "sim/a.cpp", lines + "\n"), ElementsAre("300: file of 301 lines"));
}

TEST(TidySizes, AllowAFunctionOf70LinesButNotOneMore) {
  EXPECT_THAT(found(check_sizes, "sim/a.cpp", function_of(70)), IsEmpty());
  EXPECT_THAT(found(check_sizes, "sim/a.cpp", "\n" + function_of(71)),
              ElementsAre("2: function of 71 lines"));
}

TEST(TidySizes, SeeMethodsConstructorsAndLambdas) {
  const std::string body = " {\n" + std::string(70, '\n') + "}";
  const auto sizes = [&](const std::string& text) { return found(check_sizes, "sim/a.hpp", text); };
  EXPECT_THAT(sizes("namespace n {\nclass A {\n  int f() const" + body + "\n};\n}\n"),
              ElementsAre("3: function of 72 lines"));
  EXPECT_THAT(sizes("A::A(int a) : a_{a}, b_{{1, 2}}" + body),
              ElementsAre("1: function of 72 lines"));
  EXPECT_THAT(sizes("const auto kF = [](int a)" + body + ";"),
              ElementsAre("1: function of 72 lines"));
  EXPECT_THAT(sizes("template <class T>\nauto f(T t) -> std::vector<T>" + body),
              ElementsAre("1: function of 73 lines"));
}

TEST(TidySizes, DoNotTakeTablesClassesOrTextForFunctions) {
  const std::string lines(80, '\n');
  const auto sizes = [&](const std::string& text) { return found(check_sizes, "sim/a.hpp", text); };
  EXPECT_THAT(sizes("const std::vector<int> kTable{" + lines + "};\n"), IsEmpty());
  EXPECT_THAT(sizes("const auto kTable = make(std::vector<int>{" + lines + "});\n"), IsEmpty());
  EXPECT_THAT(sizes("class A : public B {" + lines + "};\n"), IsEmpty());
  EXPECT_THAT(sizes("/* f() {" + lines + "} */\nauto s = R\"(f() {" + lines + "})\";\n"),
              IsEmpty());
}

TEST(TidyNames, WantSnakeCasePaths) {
  EXPECT_THAT(found(check_names, "sim/two_words.cpp", ""), IsEmpty());
  EXPECT_THAT(found(check_names, "sim/TwoWords.cpp", ""),
              ElementsAre("1: the path is not snake_case"));
}

TEST(TidyNames, WantPascalTypes) {
  const auto names = [](const std::string& text) { return found(check_names, "sim/a.hpp", text); };
  EXPECT_THAT(names("struct page_table {\n};\n"),
              ElementsAre("1: type page_table is not PascalCase"));
  EXPECT_THAT(names("enum class kind : int { kOne };\n"),
              ElementsAre("1: type kind is not PascalCase"));
  EXPECT_THAT(names("template <class T>\nclass Page_table final : B<T> {\n};\n"),
              ElementsAre(HasSubstr("Page_table")));
  EXPECT_THAT(
      names("template <>\nstruct fmt::formatter<A> {\n};\ntemplate <>\nstruct hash<A> {\n};\n"),
      IsEmpty());
  EXPECT_THAT(names("class A {\n  struct promise_type {};\n};\nenum class Kind { kOne };\n"),
              IsEmpty());
}

TEST(TidyNames, WantConstantsWithAK) {
  const auto names = [](const std::string& text) { return found(check_names, "sim/a.hpp", text); };
  EXPECT_THAT(names("inline constexpr int page_size = 4096;\n"),
              ElementsAre(HasSubstr("page_size")));
  EXPECT_THAT(names("struct A {\n  static constexpr std::array<int, 2> table{1, 2};\n};\n"),
              ElementsAre(HasSubstr("2: table")));
  EXPECT_THAT(names("inline constexpr int kPageSize = 4096;\nconstexpr int f(int a);\n"),
              IsEmpty());
}

TEST(TidyNames, WantATrailingUnderscoreOnPrivateMembersOnly) {
  const auto names = [](const std::string& text) { return found(check_names, "sim/a.hpp", text); };
  EXPECT_THAT(
      names("class A {\n public:\n  int a;\n\n private:\n  std::map<int, int> b = {};\n};\n"),
      ElementsAre("6: b is private, without trailing _"));
  EXPECT_THAT(names("class A {\n  int b{1};\n  int c_{1};\n};\n"), ElementsAre(HasSubstr("2: b")));
  EXPECT_THAT(names("struct A {\n  int b{1};\n};\n"), IsEmpty());
  EXPECT_THAT(names("template <class T>\nstruct A {\n  int b;\n};\n"), IsEmpty());
  EXPECT_THAT(
      names("class A {\n  void f(int a) const;\n  using B = int;\n  friend class C;\n"
            "  A& operator=(const A&) = delete;\n  enum class E { kA };\n  int f_[3];\n};\n"),
      IsEmpty());
}

TEST(TidyText, WantsASentenceFirstAndAPragma) {
  EXPECT_THAT(found(check_text, "sim/a.hpp", "// What it is.\n#pragma once\n"), IsEmpty());
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// What\n// it is.\n"), IsEmpty());
  EXPECT_THAT(found(check_text, "sim/a.cpp", "#include <x>\n"),
              ElementsAre(HasSubstr("does not open")));
  EXPECT_THAT(found(check_text, "sim/a.hpp", "// What it is.\n"),
              ElementsAre("1: no #pragma once"));
}

TEST(TidyText, Counts100ColumnsInCharacters) {
  std::string hundred = "//";
  for (int i = 2; i < 100; ++i) hundred += "µ";
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// It.\n" + hundred), IsEmpty());
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// It.\n" + hundred + "s"),
              ElementsAre("2: more than 100 columns"));
}

TEST(TidyText, RefusesTabsTrailingBlanksAndWorkLeftWithoutAReason) {
  const std::string to_do =
      "// TO"
      "DO";
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// It.\n\tint a;\n"), ElementsAre("2: a tab"));
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// It. \n"),
              ElementsAre(HasSubstr("does not open"), HasSubstr("blanks")));
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// It.\n" + to_do + ": later\n"),
              ElementsAre(HasSubstr("2: something left to do")));
  EXPECT_THAT(found(check_text, "sim/a.cpp", "// It.\n" + to_do + "(g++ 13 has it): std::format\n"),
              IsEmpty());
}

TEST(TidyPaths, RefuseHomesAndTheTreeItselfInEveryKindOfFile) {
  const auto paths = [](const std::string& text) {
    Findings findings;
    check_machine_paths(parse_source("docs/a.md", text), "/srv/tree", findings);
    return findings.size();
  };
  EXPECT_EQ(paths("see /srv/tree/x\n"), 1u);
  EXPECT_EQ(paths("see /ho"
                  "me/me/x\nand /usr/include\n"),
            1u);
  EXPECT_EQ(paths("see docs/a.md\n"), 0u);
}

TEST(TidyTree, ReadsWrittenTextAndSkipsBuildFolders) {
  const auto root = std::filesystem::temp_directory_path() / fmt::format("tidy_tree_{}", getpid());
  for (const auto* path : {"sim/a.cpp", "build/b.cpp", "docs/c.md", "docs/d.png", "check"}) {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream{root / path} << "one\ntwo\n";
  }
  const auto files = load_tree(root);
  std::filesystem::remove_all(root);
  EXPECT_THAT(files,
              ElementsAre(Field(&SourceFile::path, "check"), Field(&SourceFile::path, "docs/c.md"),
                          Field(&SourceFile::path, "sim/a.cpp")));
  EXPECT_THAT(files[2].lines, ElementsAre("one", "two"));
}

TEST(TidyNotebooks, RefuseOutputsAndExecutionCounts) {
  const auto cells = [&](const std::string& text) {
    return found(check_notebook, "notebooks/a.ipynb", "{\"cells\": [" + text + "]}\n");
  };
  EXPECT_THAT(cells(R"({"cell_type": "markdown", "source": []})"), IsEmpty());
  EXPECT_THAT(cells(R"({"execution_count": null, "outputs": []})"), IsEmpty());
  EXPECT_THAT(cells(R"({"execution_count": 3, "outputs": []})"), ElementsAre(HasSubstr("cell 1")));
  EXPECT_THAT(cells(R"({}, {"execution_count": null, "outputs": [{"name": "stdout"}]})"),
              ElementsAre(HasSubstr("cell 2")));
}

TEST(TidyNotebooks, RefuseWhatIsNoNotebook) {
  EXPECT_THAT(found(check_notebook, "a.ipynb", "{"), ElementsAre("1: not a notebook"));
  EXPECT_THAT(found(check_notebook, "a.ipynb", "[]\n"), ElementsAre("1: not a notebook"));
  EXPECT_THAT(found(check_notebook, "a.json", "{\n"), IsEmpty());
}

}  // namespace
}  // namespace faultpath::tidy
