// Asking for pages, pushing them, and who waits.
#include "models/guest/remote_memory.hpp"

#include <algorithm>
#include <utility>

#include "models/memory/moved_pages.hpp"

namespace faultpath::models {
namespace {

sim::PlatformHost& connected(sim::Platform& platform, sim::PlatformHost& source,
                             const MigrationSpec& spec, const std::string& path) {
  sim::PlatformHost& here = platform.add_host(path + "/destination", {});
  // The latency passes elsewhere: a stream sends its next bytes while the last are on their way.
  platform.connect(source, here, path + "/network", {sim::Duration::zero(), spec.bandwidth});
  return here;
}

}  // namespace

RemoteMemory::RemoteMemory(const RemoteMemorySetting& setting)
    : setting_(setting),
      local_(setting.memory),
      source_(setting.simulation.platform().add_host(setting.path + "/source", {})),
      here_(connected(setting.simulation.platform(), source_, setting.spec, setting.path)),
      exit_(setting.simulation, setting.spec.exit, setting.path, "exit"),
      notify_(setting.simulation, setting.spec.notify, setting.path, "notify"),
      serve_(setting.simulation, setting.spec.serve, setting.path, "serve"),
      install_(setting.simulation, setting.spec.install, setting.path, "install"),
      places_(setting.process.span(), Place::here) {
  setting_.process.serve_by(*this);
}

void RemoteMemory::leave(const Runs& sent) {
  std::ranges::fill(places_, Place::source);
  for (const Runs::Run& run : sent.list()) {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const IovaPage page{run.first + i};
      places_[index_of(page)] = Place::here;
      receive_page(setting_.memory, setting_.process, page);
    }
  }
  remote_ = places_.size() - sent.count();
  if (counts()) stats_.pages_sent += sent.count();
  if (remote_ == 0) complete_.set();
}

void RemoteMemory::push() {
  for (std::uint32_t i = 0; i < setting_.spec.push_streams; ++i) {
    setting_.simulation.start(stream(), setting_.path.c_str());
  }
}

sim::Task<> RemoteMemory::receive(std::uint64_t bytes) {
  if (bytes > 0) co_await setting_.simulation.platform().transfer(source_, here_, bytes);
  co_await setting_.simulation.delay(setting_.spec.latency, {"network", setting_.path.c_str()});
}

sim::Task<Residency> RemoteMemory::make_resident(ProcessMemory& process, IovaPage page,
                                                 Worker& worker, FaultAccess access) {
  if (is_here(page)) co_return co_await local_.make_resident(process, page, worker, access);
  const sim::Time begun = setting_.simulation.now();
  const bool counted = counts();
  if (worker.is_task()) worker.charge(exit_());
  co_await worker.pay();
  if (!worker.is_task()) worker.leave();
  co_await bring(page);
  if (!worker.is_task()) co_await worker.enter();
  const Residency residency = co_await local_.make_resident(process, page, worker, access);
  if (counted) {
    ++(worker.is_task() ? stats_.vcpu_faults : stats_.device_faults);
    (worker.is_task() ? stats_.vcpu_wait : stats_.device_wait).record(worker.paid() - begun);
  }
  co_return is_there(residency) ? Residency::major : residency;
}

sim::Task<> RemoteMemory::bring(IovaPage page) {
  Worker thread(setting_.cores);
  co_await thread.enter();
  thread.charge(notify_());
  co_await thread.pay();
  thread.leave();
  Place& place = places_[index_of(page)];
  if (place == Place::source) {
    place = Place::asked;
    setting_.simulation.start(fetch(page), setting_.path.c_str());
  }
  while (place != Place::here) co_await arrived_.wait();
  co_await thread.enter();
  thread.charge(install_());
  co_await thread.pay();
}

// The request comes to the source, which may have sent the page by now.
sim::Process RemoteMemory::fetch(IovaPage page) {
  co_await setting_.simulation.delay(setting_.spec.latency, {"request", setting_.path.c_str()});
  co_await setting_.simulation.delay(serve_(), {"source", setting_.path.c_str()});
  Place& place = places_[index_of(page)];
  if (place != Place::asked) co_return;
  place = Place::coming;
  co_await receive(kPageBytes);
  stats_.pages_fetched += counts();
  install(page);
  arrived_.notify_all();
}

sim::Process RemoteMemory::stream() {
  const std::uint64_t most = std::max<std::uint64_t>(setting_.spec.push_chunk / kPageBytes, 1);
  while (!stopped_) {
    std::vector<IovaPage> chunk;
    for (; next_ < places_.size() && chunk.size() < most; ++next_) {
      Place& place = places_[next_];
      if (place != Place::source && place != Place::asked) continue;
      place = Place::coming;
      chunk.push_back(setting_.process.first() + next_);
    }
    if (chunk.empty()) co_return;
    const std::uint64_t bytes = chunk.size() * kPageBytes;
    co_await setting_.simulation.platform().transfer(source_, here_, bytes);
    setting_.simulation.start(arrive(std::move(chunk)), setting_.path.c_str());
  }
}

sim::Process RemoteMemory::arrive(std::vector<IovaPage> pages) {
  co_await setting_.simulation.delay(setting_.spec.latency, {"network", setting_.path.c_str()});
  if (counts()) stats_.pages_pushed += pages.size();
  for (const IovaPage page : pages) install(page);
  arrived_.notify_all();
}

void RemoteMemory::install(IovaPage page) {
  places_[index_of(page)] = Place::here;
  receive_page(setting_.memory, setting_.process, page);
  if (--remote_ == 0) complete_.set();
}

}  // namespace faultpath::models
