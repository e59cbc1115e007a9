// Unmapping what memory takes away, and following the page table of a process.
#include "models/strategy/table_notifier.hpp"

#include <vector>

#include "models/memory/huge_pages.hpp"

namespace faultpath::models {

sim::Task<> TableNotifier::unmap_page(IovaPage page, PageRange flushed, Worker& worker) {
  if (!table_.is_mapped(page)) co_return;
  worker.charge(costs_.unmap_4k);
  co_await worker.pay();
  if (table_.is_mapped(page)) mapping_.unmap(table_, page);
  co_await caches_.invalidate(table_, flushed.first, flushed.pages);
}

sim::Task<> TableNotifier::invalidate_range(IovaPage first, std::uint64_t pages, Worker& worker) {
  if (pages == 1) return unmap_page(first, {first, 1}, worker);
  return unmap_range(first, pages, worker);
}

sim::Task<> TableNotifier::unmap_range(IovaPage first, std::uint64_t pages, Worker& worker) {
  bool any = false;
  for (const IovaPage page : table_.mapped_among(first, pages)) {
    worker.charge(costs_.unmap_4k);
    co_await worker.pay();
    if (!table_.is_mapped(page)) continue;  // somebody was faster
    mapping_.unmap(table_, page);
    any = true;
  }
  if (any) co_await caches_.invalidate(table_, first, pages);
}

// On x86 the process may have run on other CPUs, whose flush is put off; then secondary TLBs are
// told of everything at once, for each page. Arm's flush names the page.
// Source: Linux 7.1, arch/x86/mm/tlb.c, arch_tlbbatch_add_pending().
sim::Task<> TableNotifier::invalidate_batched(IovaPage page, Worker& worker) {
  const bool all = table_.is_view && !arm_ && table_.process().layout.ran_elsewhere;
  const PageRange flushed = all ? PageRange{table_.first(), table_.span()} : PageRange{page, 1};
  return unmap_page(page, flushed, worker);
}

// A table of its own loses the pages: their next fault copies or maps anew. Pinned pages stay.
sim::Task<> TableNotifier::write_protect(IovaPage first, std::uint64_t pages, Worker& worker) {
  bool any = false;
  std::vector<IovaPage> large;  // pages of large leaves that are protected as a whole
  for (const IovaPage page : table_.mapped_among(first, pages)) {
    if (!table_.is_mapped(page) || !is_write_protected(table_.process(), page)) continue;
    any = true;
    if (table_.is_view) {
      const bool whole = HugePages::first_of(page) >= first &&
                         HugePages::first_of(page) + kPagesPer2M <= first + pages;
      if (whole && table_.peek(page).order > 0) large.push_back(page);
      table_.make_read_only(page);
      continue;
    }
    worker.charge(costs_.unmap_4k);
    co_await worker.pay();
    if (table_.is_mapped(page)) mapping_.unmap(table_, page);
  }
  for (const IovaPage page : large) table_.merge_leaf(page);
  co_await worker.pay();
  if (any) co_await caches_.invalidate(table_, first, pages);
}

// x86 rewrites the entry and tells nobody; Arm's ptep_set_access_flags() flushes what it covers.
sim::Task<> TableNotifier::grant_write(IovaPage first, std::uint64_t pages, Worker& worker) {
  if (!table_.is_view) co_return;
  const std::vector<IovaPage> mapped = table_.mapped_among(first, pages);
  for (const IovaPage page : mapped) table_.grant_write(page);
  if (!arm_ || mapped.empty()) co_return;
  co_await worker.pay();
  co_await caches_.invalidate(table_, first, pages);
}

// Arm clears the access flag with a flush, and context descriptors of processes let no hardware set
// it: the device will fault. Source: Linux 7.1, arm-smmu-v3-sva.c.
sim::Task<> TableNotifier::age(IovaPage page, Worker& worker) {
  if (!arm_ || !table_.is_view || !table_.is_mapped(page)) co_return;
  table_.entry(page).set(kOld);
  co_await worker.pay();
  co_await caches_.invalidate(table_, page, 1);
}

void TableNotifier::enter(IovaPage page, bool old) {
  if (!table_.is_view) return;
  const bool is_new = !table_.is_mapped(page);
  if (is_new) mapping_.map(table_, page);
  if (is_new && old && arm_) table_.entry(page).set(kOld);
}

void TableNotifier::enter_huge(IovaPage first) {
  if (!table_.is_view) return;
  for (IovaPage page = first; page < first + kPagesPer2M; page = page + 1) enter(page, false);
  table_.merge_leaf(first);
}

}  // namespace faultpath::models
