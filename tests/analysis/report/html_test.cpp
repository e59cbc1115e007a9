// Text in pages: nothing that a result says becomes markup.
#include "analysis/report/html.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace faultpath::analysis::report {
namespace {

TEST(Escaped, LeavesNoMarkup) {
  EXPECT_EQ(escaped("<a href=\"x\">&amp;</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;");
}

TEST(Embedded, ClosesNoScriptElement) {
  const auto text = embedded(Json{{"name", "</script><!--"}});
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(Json::parse(text)["name"], "</script><!--");
}

TEST(Embedded, ReplacesWhatIsNotUtf8) { EXPECT_NO_THROW(embedded(Json("\xff"))); }

TEST(EmbeddedScript, KeepsItsMeaningWithoutClosingItsElement) {
  EXPECT_EQ(embedded_script("a = '</script>'"), "a = '<\\/script>'");
}

TEST(Typeset, GivesMicrosecondsTheirSignAndLeavesOthers) {
  EXPECT_EQ(typeset("12.3 ± 0.5 us"), "12.3 ± 0.5 µs");
  EXPECT_EQ(typeset("12 ms"), "12 ms");
  EXPECT_EQ(typeset("bus"), "bus");
}

TEST(Rounded, KeepsFourDigits) {
  EXPECT_EQ(rounded(123456.0), 123500.0);
  EXPECT_EQ(rounded(0.00123456), 0.001235);
  EXPECT_EQ(rounded(0.0), 0.0);
}

TEST(Filled, ReplacesNamesOnceAndOnlyInTheTemplate) {
  EXPECT_EQ(filled("a {{x}} b {{y}} c", {{"x", "{{y}}"}, {"y", "2"}}), "a {{y}} b 2 c");
}

TEST(Filled, RefusesANameThatNobodyGave) {
  EXPECT_THROW(filled("{{nobody}}", {}), std::logic_error);
}

}  // namespace
}  // namespace faultpath::analysis::report
