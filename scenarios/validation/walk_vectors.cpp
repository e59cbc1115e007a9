// Translating vectors and wording the results as the reference does.
#include "scenarios/validation/walk_vectors.hpp"

#include <fmt/format.h>

#include "scenarios/validation/riscv/translator.hpp"
#include "scenarios/validation/walk_setup.hpp"

namespace faultpath::scenarios {
namespace {

using riscv::TranslationRequest;
using riscv::TranslationResult;
using riscv::WalkRead;
using Outcome = TranslationResult::Outcome;

TranslationRequest::Type type_of(const CsvRow& vector) {
  const std::string& access = vector.text("acc");
  if (access == "R") return TranslationRequest::Type::read;
  if (access == "W") return TranslationRequest::Type::write;
  if (access == "X") return TranslationRequest::Type::execute;
  if (access == "ATS") return TranslationRequest::Type::ats;
  vector.fail("acc", "R, W, X or ATS");
}

TranslationRequest request_of(const CsvRow& vector, models::StreamId device) {
  TranslationRequest request;
  request.device = device;
  request.address = {vector.hex("iova")};
  request.type = type_of(vector);
  if (vector.flag("pv")) request.pasid = {static_cast<std::uint32_t>(vector.decimal("pid"))};
  request.privileged = vector.flag("priv");
  request.execute_requested = vector.flag("exec");
  request.no_write = vector.flag("nw");
  return request;
}

std::string_view word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::translated:
      return "OK";
    case Outcome::no_access:
      return "NOACCESS";
    case Outcome::unsupported_request:
      return "UR";
    case Outcome::completer_abort:
      break;
  }
  return "CA";
}

template <class Number>
std::string decimal(Number number) {
  return fmt::format("{}", number);
}
std::string hex(std::uint64_t number) { return fmt::format("{:x}", number); }
std::string bit(bool value) { return value ? "1" : "0"; }

void add_fault(const TranslationResult& result, std::vector<Answer>& answers) {
  const riscv::TranslationFault none{};
  const auto& fault = result.fault ? *result.fault : none;
  const std::string cause = result.fault ? decimal(static_cast<unsigned>(fault.cause)) : "0";
  answers.push_back({"cause", cause});
  answers.push_back({"stage", fault.stage ? decimal(*fault.stage) : ""});
  answers.push_back({"implicit", fault.stage ? bit(fault.implicit()) : ""});
  answers.push_back({"iotval2", fault.stage ? hex(fault.iotval2) : ""});
  answers.push_back({"logged", fault.logged ? cause : "0"});
}

void add_translation(const TranslationResult& result, bool ats, std::vector<Answer>& answers) {
  const bool translated = result.outcome == Outcome::translated;
  answers.push_back({"pa", translated ? hex(result.address.value) : ""});
  answers.push_back({"log2size", translated ? decimal(result.page_bits) : ""});
  const bool completed = ats && (translated || result.outcome == Outcome::no_access);
  const auto& grant = result.grant;
  for (const auto& [column, value] : {std::pair{"ar", grant.read},
                                      {"aw", grant.write},
                                      {"ax", grant.execute},
                                      {"ag", grant.global},
                                      {"apriv", grant.privileged}}) {
    answers.push_back({column, completed ? bit(value) : ""});
  }
}

void add_walk(const riscv::WalkTrace& trace, std::vector<Answer>& answers) {
  const auto count = [&trace](WalkRead kind) { return trace.count(kind); };
  answers.push_back({"n_ddt", decimal(count(WalkRead::device_directory))});
  answers.push_back({"n_pdt", decimal(count(WalkRead::process_directory))});
  answers.push_back({"n_s1", decimal(count(WalkRead::first_stage))});
  answers.push_back({"n_s2", decimal(count(WalkRead::second_stage))});
  answers.push_back({"n_amo", decimal(count(WalkRead::first_stage_update) +
                                      count(WalkRead::second_stage_update))});
  answers.push_back({"n_wr", decimal(trace.writes().size())});
  answers.push_back({"trace", std::string(trace.letters())});
  std::string writes;
  for (const auto& [address, value] : trace.writes()) {
    writes += fmt::format("{}{:x}={:x}", writes.empty() ? "" : ";", address.value, value);
  }
  answers.push_back({"writes", writes});
}

std::vector<Answer> answers_of(const TranslationResult& result, bool ats) {
  std::vector<Answer> answers{{"out", std::string(word_of(result.outcome))}};
  add_fault(result, answers);
  add_translation(result, ats, answers);
  add_walk(result.trace, answers);
  return answers;
}

}  // namespace

void replay_walks(const CsvRow& manifest, const CsvTable& entries, const CsvTable& vectors,
                  const IsOddity& is_oddity, ReplayCount& count) {
  const auto setup = build_walk(manifest, entries);
  if (!setup) {
    count.not_modelled += vectors.rows();
    return;
  }
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    const CsvRow vector = vectors.row(i);
    if (vector.decimal("n") != i) vector.fail("n", decimal(i));
    WalkSetup own = *setup;
    own.apply_environment(vector);
    riscv::Translator translator(own.directory, own.tables, own.memory);
    const TranslationRequest request = request_of(vector, own.device);
    const bool ats = request.type == TranslationRequest::Type::ats;
    compare_row(vector, "n", answers_of(translator.translate(request), ats), is_oddity, count);
  }
  ++count.files;
}

}  // namespace faultpath::scenarios
