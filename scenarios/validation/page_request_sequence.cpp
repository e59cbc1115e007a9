// Replaying page requests and wording what the model did as the vectors do.
#include "scenarios/validation/page_request_sequence.hpp"

#include <fmt/format.h>

#include <optional>

#include "scenarios/validation/page_request_operations.hpp"

namespace faultpath::scenarios {
namespace {

using models::Arrival;
using models::RiscvPageRequestQueue;
using models::RiscvVerdict;

std::string_view word_of(RiscvVerdict verdict) {
  switch (verdict) {
    case RiscvVerdict::off:
      return "off";
    case RiscvVerdict::bare:
      return "bare";
    case RiscvVerdict::too_wide:
      return "wide";
    case RiscvVerdict::access_fault:
      return "ddt_af";
    case RiscvVerdict::corrupted:
      return "ddt_corrupt";
    case RiscvVerdict::invalid:
      return "ddt_invalid";
    case RiscvVerdict::misconfigured:
      return "ddt_misconf";
    case RiscvVerdict::not_enabled:
      return "no_pri";
    case RiscvVerdict::queue_off:
      return "pq_off";
    case RiscvVerdict::memory_fault:
      return "mf_set";
    case RiscvVerdict::overflow:
      return "of_set";
    case RiscvVerdict::full:
      return "full";
    case RiscvVerdict::write_fault:
      return "write_fault";
    case RiscvVerdict::queued:
      break;
  }
  return "ok";
}

std::string_view word_of(Arrival::Fate fate) {
  switch (fate) {
    case Arrival::Fate::queued:
      return "QUEUED";
    case Arrival::Fate::answered:
      return "RSP";
    case Arrival::Fate::dropped:
      break;
  }
  return "DROP";
}

template <class Number>
std::string decimal(Number number) {
  return fmt::format("{}", +number);
}
std::string bit(bool value) { return value ? "1" : "0"; }

/// Registers that a row shows from before its operation.
struct Before {
  bool overflow, memory_fault;
  std::uint32_t tail;
};

Before registers(const RiscvPageRequestQueue& queue) {
  return {queue.overflow(), queue.memory_fault(), queue.tail()};
}

void add_response(const models::PageRequest& request, const Arrival& arrival,
                  std::vector<Answer>& answers) {
  if (arrival.fate != Arrival::Fate::answered) {
    for (const auto column : {"rc", "rpv", "rpid", "rprgi"}) answers.push_back({column, ""});
    return;
  }
  const bool pasid = request.pasid && arrival.carries_pasid;
  answers.push_back({"rc", decimal(static_cast<unsigned>(arrival.code))});
  answers.push_back({"rpv", bit(pasid)});
  answers.push_back({"rpid", decimal(pasid ? request.pasid->value : 0U)});
  answers.push_back({"rprgi", decimal(request.index.value)});
}

/// `entry` is where the row's request was written, if it was.
void add_record(const CsvRow& row, const RiscvPageRequestQueue& queue,
                std::optional<std::uint32_t> entry, std::vector<Answer>& answers) {
  if (!entry) {
    for (const auto column : {"idx", "rec0", "rec1"}) answers.push_back({column, ""});
    return;
  }
  const models::Pasid field{static_cast<std::uint32_t>(row.decimal("pid"))};
  const auto record = record_of(queue.at(*entry), field);
  answers.push_back({"idx", decimal(*entry)});
  answers.push_back({"rec0", fmt::format("{:016x}", record.payload_and_id)});
  answers.push_back({"rec1", fmt::format("{:016x}", record.address_and_flags)});
}

void add_outcome(const CsvRow& row, const OperationEffect& effect, std::vector<Answer>& answers) {
  if (!effect.arrival) {
    answers.push_back({"out", effect.done ? "DONE" : "IGNORED"});
    answers.push_back({"why", ""});
    answers.push_back({"fault", "0"});
    add_response({}, {}, answers);
    return;
  }
  const auto& [verdict, arrival, logged] = *effect.arrival;
  answers.push_back({"out", std::string(word_of(arrival.fate))});
  answers.push_back({"why", std::string(word_of(verdict))});
  answers.push_back({"fault", decimal(logged ? static_cast<unsigned>(*logged) : 0U)});
  add_response(page_request_of(row), arrival, answers);
}

void add_registers(const RiscvPageRequestQueue& queue, std::vector<Answer>& answers) {
  answers.push_back({"on", bit(queue.on())});
  answers.push_back({"of", bit(queue.overflow())});
  answers.push_back({"mf", bit(queue.memory_fault())});
  answers.push_back({"pie", bit(queue.interrupts())});
  answers.push_back({"pip", bit(queue.pending())});
  answers.push_back({"head", decimal(queue.head())});
  answers.push_back({"tail", decimal(queue.tail())});
  answers.push_back({"size", decimal(queue.entries())});
  answers.push_back({"occ", decimal(queue.occupied())});
  answers.push_back({"mode", decimal(static_cast<unsigned>(queue.directory().mode()))});
}

std::vector<Answer> answers_of(const CsvRow& row, const OperationEffect& effect,
                               const Before& before, const RiscvPageRequestQueue& queue) {
  std::vector<Answer> answers;
  answers.push_back({"of0", bit(before.overflow)});
  answers.push_back({"mf0", bit(before.memory_fault)});
  add_outcome(row, effect, answers);
  const bool queued = effect.arrival && effect.arrival->verdict == RiscvVerdict::queued;
  add_record(row, queue, queued ? std::optional(before.tail) : std::nullopt, answers);
  answers.push_back({"irq", bit(effect.interrupt)});
  add_registers(queue, answers);
  return answers;
}

}  // namespace

void replay_page_requests(const CsvTable& table, ReplayCount& count) {
  std::optional<RiscvPageRequestQueue> queue;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const CsvRow row = table.row(i);
    if (row.decimal("step") != i) row.fail("step", decimal(i));
    Before before{};
    OperationEffect effect;
    if (row.text("op") == "RESET") {
      queue.emplace(reset_queue(row));
    } else {
      if (!queue) row.fail("op", "RESET first");
      before = registers(*queue);
      effect = carry_out(row, *queue);
    }
    compare_row(
        row, "step", answers_of(row, effect, before, *queue),
        [](const CsvRow&, const Answer&) { return false; }, count);
  }
  ++count.files;
}

}  // namespace faultpath::scenarios
