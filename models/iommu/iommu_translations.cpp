// Translation requests for several translations inside the IOMMU.
#include <algorithm>
#include <utility>

#include "models/iommu/iommu.hpp"

namespace faultpath::models {
namespace {

bool alike(const AtsCompletion& completion, const PageTableEntry& entry) {
  if (completion.readable != entry.present) return false;
  return !entry.present ||
         (completion.writable == entry.writable && completion.page_bits == entry.page_bits);
}

// The first page that is asked for, then the first pages of the translations behind its own.
IovaPage page_at(const AtsRequest& request, std::uint64_t step, std::uint32_t place) {
  return place == 0 ? request.page : IovaPage{(request.page.value / step + place) * step};
}

}  // namespace

// One walker looks for all of them, one after the other.
sim::Process Iommu::translate_several(AtsRequest request) {
  Port& port = *ports_[request.device.value];
  const auto missing = configuration_.look_up(port.configuration, request.pasid);
  Run run = look_up(port, request);
  (run.walks ? port.stats.iotlb_misses : port.stats.iotlb_hits) +=
      window_.covers(simulation_.now());
  co_await simulation_.delay(run.lookup, {"IOTLB", ""});
  if (run.walks || missing.total() > 0) {
    co_await walkers_.take();
    sim::Duration reading = configure(port, missing);
    for (std::uint32_t i = 0; i < run.count; ++i) {
      if (run.hit[i]) continue;
      const Walk walking = walk(port, page_at(request, run.step, i), request.write);
      run.from[i] = walking.from;
      reading += walking.reading;
    }
    co_await simulation_.delay(reading, {"page-table walk", ""});
    walkers_.give();
  }
  complete_several(port, request, run);
}

Iommu::Run Iommu::look_up(const Port& port, const AtsRequest& request) {
  const AddressSpace& space = *port.space;
  const PageTableEntry first = look_ahead(space, request.page);
  Run run;
  run.step = 1ULL << (first.page_bits - kPageBits);
  for (std::uint32_t i = 0; i < request.translations; ++i) {
    const IovaPage page = page_at(request, run.step, i);
    if (i > 0 && !space.contains(page)) break;
    const auto cached = iotlb_.find(space.tag(), page.value);
    run.hit[i] = cached && (cached->write || !request.write);
    run.walks |= !run.hit[i];
    run.lookup += lookup_(lookup_stream_);
    ++run.count;
    const PageTableEntry entry = look_ahead(space, page);
    if (entry.present != first.present || entry.page_bits != first.page_bits) break;
  }
  return run;
}

// What a walk would find, without marks.
PageTableEntry Iommu::look_ahead(const AddressSpace& space, IovaPage page) const {
  PageTableEntry entry = space.peek(page);
  if (!entry.present) entry.page_bits = kPageBits;
  if (!nested_ || !entry.present) return entry;
  const PageTableEntry second = space.guest->peek(space.guest->data(page));
  entry.present = second.present;
  entry.page_bits = second.present ? std::min(entry.page_bits, second.page_bits) : kPageBits;
  return entry;
}

// What has changed since the lookup counts as it is now.
void Iommu::complete_several(Port& port, const AtsRequest& request, const Run& run) {
  if (refuse(port, request)) return;
  AtsCompletion completion{.tag = request.tag, .translations = 0};
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const IovaPage page = page_at(request, run.step, i);
    const PageTableEntry entry = result(*port.space, page, request.write, run.from[i]).entry;
    if (i == 0) {
      completion.readable = entry.present;
      completion.writable = entry.present && entry.writable;
      if (entry.present) completion.page_bits = entry.page_bits;
    }
    const bool step_holds = !entry.present || 1ULL << (entry.page_bits - kPageBits) == run.step;
    if (entry.present) {
      iotlb_.insert({page.value, port.space->tag(), entry.page_bits, {true, entry.writable}});
    }
    if (i > 0 && (!alike(completion, entry) || !step_holds)) break;
    ++completion.translations;
    if (!step_holds) break;
  }
  note_translation(request.page, completion.readable);
  deliver(port, completion);
}

}  // namespace faultpath::models
