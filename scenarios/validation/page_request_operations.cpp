// Reading operations and carrying them out.
#include "scenarios/validation/page_request_operations.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace faultpath::scenarios {
namespace {

using models::RiscvDeviceContext;
using models::RiscvDeviceDirectory;
using models::RiscvPageRequestQueue;

OperationEffect done(bool effective = true) { return {.done = effective}; }

// "V1A1P0R0D0X0": each letter with a number, the last one being the reserved bits.
RiscvDeviceContext context_of(const CsvRow& row) {
  const std::string& text = row.text("flags");
  const auto* at = text.data();
  const auto* const end = at + text.size();
  const auto field = [&](char letter) {
    unsigned value = 0;
    if (at == end || *at++ != letter) row.fail("flags", "VAPRDX, a number after each letter");
    const auto [after, error] = std::from_chars(at, end, value);
    if (error != std::errc{}) row.fail("flags", "VAPRDX, a number after each letter");
    at = after;
    return value != 0;
  };
  const RiscvDeviceContext context{.valid = field('V'),
                                   .ats = field('A'),
                                   .page_requests = field('P'),
                                   .response_pasid = field('R'),
                                   .faults_hidden = field('D'),
                                   .reserved_bits = field('X')};
  if (at != end) row.fail("flags", "nothing after X and its number");
  return context;
}

OperationEffect write_context(const CsvRow& row, RiscvPageRequestQueue& queue) {
  const models::StreamId device{static_cast<std::uint32_t>(row.decimal("did"))};
  queue.directory().write(device, context_of(row));
  return done();
}

OperationEffect write_mode(const CsvRow& row, RiscvPageRequestQueue& queue) {
  const auto mode = row.decimal("n");
  if (mode > 4) row.fail("n", "a mode from 0 to 4");
  return done(queue.directory().set_mode(static_cast<RiscvDeviceDirectory::Mode>(mode)));
}

OperationEffect resize(const CsvRow& row, RiscvPageRequestQueue& queue) {
  constexpr std::uint64_t kLargest = 24;  // the field has five bits; no vector needs more memory
  const auto bits = row.decimal("n");
  if (bits < 1 || bits > kLargest) row.fail("n", "the logarithm of a size, 1 to 24");
  return done(queue.resize(1U << bits));
}

OperationEffect write_head(const CsvRow& row, RiscvPageRequestQueue& queue) {
  queue.set_head(static_cast<std::uint32_t>(row.decimal("n") % queue.entries()));
  return done();
}

OperationEffect consume(const CsvRow& row, RiscvPageRequestQueue& queue) {
  queue.set_head(static_cast<std::uint32_t>((queue.head() + row.decimal("n")) % queue.entries()));
  return done();
}

OperationEffect enable_interrupts(const CsvRow& row, RiscvPageRequestQueue& queue) {
  queue.enable_interrupts(row.flag("n"));
  return done();
}

OperationEffect clear_flags(const CsvRow& row, RiscvPageRequestQueue& queue) {
  const auto bits = row.decimal("n");
  if ((bits & 1) != 0) queue.clear_overflow();
  if ((bits & 2) != 0) queue.clear_memory_fault();
  return done();
}

// Memory that cannot be accessed (AF) or is poisoned (DC).
enum class Flaw { none, access_fault, corrupted };

std::optional<Flaw> flaw_of(std::string_view word) {
  if (word == "none") return Flaw::none;
  if (word == "AF") return Flaw::access_fault;
  if (word == "DC") return Flaw::corrupted;
  return std::nullopt;
}

void break_directory(Flaw flaw, RiscvPageRequestQueue& queue) {
  using Reads = RiscvDeviceDirectory::Reads;
  const Reads broken = flaw == Flaw::corrupted ? Reads::poisoned : Reads::fail;
  queue.directory().set_reads(flaw == Flaw::none ? Reads::good : broken);
}

std::optional<std::uint32_t> slot_of(std::string_view text) {
  std::uint32_t slot = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), slot);
  if (error != std::errc{} || after != text.data() + text.size()) return std::nullopt;
  return slot;
}

// "ddt:AF", "ddt:DC", "ddt:none"; "pq:all:AF", "pq:3:DC", "pq:none", where both flaws are the same.
OperationEffect inject(const CsvRow& row, RiscvPageRequestQueue& queue) {
  const std::string_view text = row.text("flags");
  const auto colon = std::min(text.rfind(':'), text.size());
  const std::string_view place = text.substr(0, colon);
  const auto flaw = flaw_of(text.substr(std::min(colon + 1, text.size())));
  const auto slot = place.starts_with("pq:") ? slot_of(place.substr(3)) : std::nullopt;
  if (flaw && place == "ddt") {
    break_directory(*flaw, queue);
  } else if (flaw == Flaw::none && place == "pq") {
    queue.break_memory({});
  } else if (flaw && flaw != Flaw::none && (place == "pq:all" || slot)) {
    queue.break_memory({.all = !slot, .entry = slot});
  } else {
    row.fail("flags", "ddt:FLAW, pq:all:FLAW, pq:SLOT:FLAW or pq:none, FLAW being AF, DC or none");
  }
  return done();
}

OperationEffect send(const CsvRow& row, RiscvPageRequestQueue& queue) {
  const auto arrival = queue.receive(page_request_of(row));
  return {.interrupt = arrival.arrival.interrupt, .arrival = arrival};
}

using Operation = OperationEffect (*)(const CsvRow& row, RiscvPageRequestQueue& queue);

constexpr std::array<std::pair<std::string_view, Operation>, 12> kOperations{{
    {"PR", send},
    {"DC", write_context},
    {"DDTP", write_mode},
    {"PQB", resize},
    {"PQH", write_head},
    {"POP", consume},
    {"EN", [](const CsvRow&, RiscvPageRequestQueue& queue) { return done(queue.enable()); }},
    {"DIS", [](const CsvRow&, RiscvPageRequestQueue& queue) { return done(queue.disable()); }},
    {"PIE", enable_interrupts},
    {"CLR", clear_flags},
    {"IPC",
     [](const CsvRow&, RiscvPageRequestQueue& queue) {
       return OperationEffect{.interrupt = queue.clear_pending()};
     }},
    {"MEM", inject},
}};

}  // namespace

RiscvPageRequestQueue reset_queue(const CsvRow& row) {
  using Format = RiscvDeviceDirectory::ContextFormat;
  const std::string& flags = row.text("flags");
  if (flags != "msi_flat=0" && flags != "msi_flat=1") row.fail("flags", "msi_flat=0 or msi_flat=1");
  const Format format = flags == "msi_flat=1" ? Format::extended : Format::base;
  return RiscvPageRequestQueue(RiscvDeviceDirectory(format));
}

OperationEffect carry_out(const CsvRow& row, RiscvPageRequestQueue& queue) {
  for (const auto& [name, operation] : kOperations) {
    if (row.text("op") == name) return operation(row, queue);
  }
  row.fail("op", "an operation of the page request queue");
}

models::PageRequest page_request_of(const CsvRow& row) {
  models::PageRequest request;
  request.device = {static_cast<std::uint32_t>(row.decimal("did"))};
  request.page = page_of(models::Iova{row.hex("addr")});
  if (row.flag("pv")) request.pasid = {static_cast<std::uint32_t>(row.decimal("pid"))};
  request.index = {static_cast<std::uint16_t>(row.decimal("prgi"))};
  request.read = row.flag("r");
  request.write = row.flag("w");
  request.last = row.flag("last");
  request.privileged = row.flag("priv");
  request.execute = row.flag("exec");
  return request;
}

}  // namespace faultpath::scenarios
