// Completion scripts and the manual page: made from the declarations, and good for those who read
// them.
#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "tests/cli/invocation.hpp"

namespace faultpath::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<DeclaredCommand> everything() {
  CLI::App program;
  return declared_commands(add_commands(program));
}

class Completion : public ::testing::Test {
 protected:
  Completion() { folder_.write("completion.bash", bash_completion(everything())); }

  // What bash offers for the last of `words`.
  std::string offered(const std::string& words) {
    folder_.write("ask.bash", fmt::format("source completion.bash\n"
                                          "COMP_WORDS=({})\n"
                                          "COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
                                          "_faultpath\n"
                                          "echo \" ${{COMPREPLY[*]}} \"\n",
                                          words));
    return run("bash ask.bash");
  }
  std::string run(const std::string& command) {
    const auto path = folder_.path().string();
    const auto line = fmt::format("cd '{}' && {} >.said 2>&1", path, command);
    EXPECT_EQ(std::system(line.c_str()), 0) << read_text(folder_.path() / ".said");
    return read_text(folder_.path() / ".said");
  }

  TemporaryFolder folder_;
};

TEST_F(Completion, OffersEveryCommandFirst) {
  const auto text = offered("faultpath ''");
  for (const auto& command : everything()) EXPECT_THAT(text, HasSubstr(" " + command.name + " "));
}

TEST_F(Completion, OffersTheOptionsOfACommandAndOnlyThose) {
  EXPECT_THAT(offered("faultpath run --re"), HasSubstr(" --replications "));
  EXPECT_THAT(offered("faultpath import --"),
              AllOf(HasSubstr(" --times "), Not(HasSubstr("--jobs"))));
}

TEST_F(Completion, OffersTheWordsThatAnArgumentOrAnOptionTakes) {
  EXPECT_EQ(offered("faultpath list work"), " workloads \n");
  EXPECT_EQ(offered("faultpath import fi"), " fio \n");
  EXPECT_EQ(offered("faultpath import fio --times ''"), " keep drop \n");
}

TEST_F(Completion, OffersScenariosAndFoldersWhereAScenarioIsWanted) {
  folder_.write("storm.yaml", "");
  folder_.write("storm.csv", "");
  std::filesystem::create_directory(folder_.path() / "stores");
  EXPECT_THAT(offered("faultpath run sto"), AllOf(HasSubstr(" storm.yaml "), HasSubstr(" stores/ "),
                                                  Not(HasSubstr("storm.csv"))));
}

TEST_F(Completion, OffersNothingForAValueThatIsANumber) {
  EXPECT_EQ(offered("faultpath run --seed ''"), "  \n");
}

TEST_F(Completion, ZshReadsItsScript) {
  folder_.write("_faultpath", zsh_completion(everything()));
  EXPECT_EQ(run("zsh -n _faultpath"), "");
}

TEST(ManPage, NamesEveryCommandAndEveryOption) {
  const auto page = man_page(everything());
  for (const auto& command : everything()) {
    EXPECT_THAT(page, HasSubstr(".SS \\fB" + command.name + "\\fR"));
    for (const auto& option : command.options) {
      for (const auto& name : option.names) {
        EXPECT_THAT(page, HasSubstr("\\fB" + CLI::detail::find_and_replace(name, "-", "\\-")))
            << name;
      }
    }
  }
}

TEST(ManPage, HasNoErrorForMandoc) {
  TemporaryFolder folder;
  folder.write("faultpath.1", man_page(everything()));
  const auto page = (folder.path() / "faultpath.1").string();
  EXPECT_EQ(std::system(fmt::format("mandoc -T lint -W error '{}'", page).c_str()), 0);
}

TEST(ManPage, IsPrintedByTheProgram) {
  TemporaryFolder folder;
  EXPECT_EQ(faultpath(folder, "man").out, man_page(everything()));
  EXPECT_EQ(faultpath(folder, "completion zsh").out, zsh_completion(everything()));
  EXPECT_EQ(faultpath(folder, "completion fish").status, 2);
}

}  // namespace
}  // namespace faultpath::cli
