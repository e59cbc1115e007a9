// The steps of a translation (RISC-V IOMMU 3.3): directories, both stages, and the answer.
#include "scenarios/validation/riscv/translator.hpp"

#include <utility>

#include "scenarios/validation/riscv/translation_answer.hpp"

namespace faultpath::riscv {
namespace {

using Type = TranslationRequest::Type;
/// A fault's cause alone, or with what the walk knows of it.
using Fault = ProcessFault;

struct Found {
  Leaf first, second;
};

FirstStageAccess access_of(const TranslationRequest& request, const ProcessContext& context) {
  const bool ats = request.type == Type::ats;
  const bool write = request.type == Type::write;
  return {.demand = {.read = request.type == Type::read,
                     .write = write,
                     .execute = request.type == Type::execute,
                     .dirty = write || (ats && !request.no_write)},
          .execute = wants_execution(request),
          .supervisor = request.pasid && request.privileged,
          .supervisor_may_use_user_pages = context.supervisor_may_use_user_pages};
}

/// One walk: the directories say where, then both stages.
class Walk {
 public:
  Walk(const DeviceTables& tables, PhysicalMemory& memory, const TranslationRequest& request,
       WalkTrace& trace)
      : tables_(tables),
        request_(request),
        reader_(memory, trace),
        second_(tables.second, reader_) {}

  std::variant<Found, Fault> run() {
    const auto context = find_context();
    if (const auto* fault = std::get_if<Fault>(&context)) return *fault;
    return translate(std::get<ProcessContext>(context));
  }

 private:
  std::variant<ProcessContext, Fault> find_context() {
    const auto* const spec = std::get_if<ProcessDirectorySpec>(&tables_.first);
    if (!request_.pasid) {  // DPE = 0: without a PASID there is no process
      return ProcessContext{.first_stage =
                                spec ? FirstStageSpec{} : std::get<FirstStageSpec>(tables_.first)};
    }
    if (!spec) return Fault{FaultCause::transaction_type_disallowed};
    ProcessDirectory directory(*spec, second_, reader_);
    if (!directory.covers(*request_.pasid)) return Fault{FaultCause::transaction_type_disallowed};
    auto found = directory.find(*request_.pasid);
    const auto* const context = std::get_if<ProcessContext>(&found);
    if (context && request_.privileged && !context->supervisor_allowed) {
      return Fault{FaultCause::transaction_type_disallowed};
    }
    return found;
  }

  std::variant<Found, Fault> translate(const ProcessContext& context) {
    FirstStage first(context.first_stage, tables_.first_stage_updates, second_, reader_);
    const FirstStageAccess access = access_of(request_, context);
    const auto guest = first.translate(request_.address, access);
    if (const auto* fault = std::get_if<WalkFault>(&guest)) return Fault{*fault};
    const auto host = second_.translate(Gpa{std::get<Leaf>(guest).address}, access.demand,
                                        WalkFault::Purpose::final_access);
    if (const auto* fault = std::get_if<WalkFault>(&host)) return Fault{*fault};
    return Found{std::get<Leaf>(guest), std::get<Leaf>(host)};
  }

  const DeviceTables& tables_;
  const TranslationRequest& request_;
  TableReader reader_;
  SecondStage second_;
};

TranslationFault described(const Fault& fault, const TranslationRequest& request) {
  if (const auto* const cause = std::get_if<FaultCause>(&fault)) return {.cause = *cause};
  return described(std::get<WalkFault>(fault), request);
}

// ddtp Bare: addresses pass, page by page, but nobody can ask for a translation.
TranslationResult pass(const TranslationRequest& request, TranslationResult result) {
  if (request.type == Type::ats) {
    return refused(request, {.cause = FaultCause::transaction_type_disallowed}, std::move(result));
  }
  result.address = Hpa{request.address.value};
  result.page_bits = kPageBits;
  return result;
}

}  // namespace

TranslationResult Translator::translate(const TranslationRequest& request) {
  TranslationResult result;
  const DirectoryLookup lookup = directory_.find(request.device);
  for (unsigned i = 0; i < lookup.reads; ++i) result.trace.add(WalkRead::device_directory);
  if (lookup.end == DirectoryEnd::bare) return pass(request, std::move(result));
  if (const auto cause = cause_of(lookup.end))
    return refused(request, {.cause = *cause}, std::move(result));
  const bool hidden = lookup.context.faults_hidden;
  if (request.type == Type::ats && !lookup.context.ats) {
    return refused(request, {.cause = FaultCause::transaction_type_disallowed}, std::move(result),
                   hidden);
  }
  const auto end = Walk(tables_, memory_, request, result.trace).run();
  if (const auto* const fault = std::get_if<Fault>(&end)) {
    return refused(request, described(*fault, request), std::move(result), hidden);
  }
  const auto& [first, second] = std::get<Found>(end);
  return granted(request, first, second, std::move(result));
}

}  // namespace faultpath::riscv
