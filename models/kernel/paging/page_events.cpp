// From the event queue to the handlers, and their work.
#include "models/kernel/paging/page_events.hpp"

#include "models/base/address.hpp"

namespace faultpath::models {

PageEvents::PageEvents(const PageEventSetting& setting)
    : simulation_(setting.simulation),
      processor_(setting.processor),
      attachments_(setting.attachments),
      faults_(setting.faults),
      watch_(setting.watch),
      path_(setting.path),
      capacity_(setting.spec.event_queue),
      most_records_(setting.spec.event_pool),
      prefetch_(setting.page_size.pages_in(setting.spec.prefetch)),
      driver_(setting.simulation, setting.spec.driver, path_, "handler"),
      wake_up_(setting.simulation, setting.wake_up, path_, "refill wake-up"),
      handlers_(setting.simulation, setting.processor, setting.spec.handlers, setting.wake_up,
                path_, path_ + "/page fault work"),
      records_(setting.spec.event_pool) {}

sim::Task<ResponseCode> PageEvents::serve(PageEvent event) {
  while (queue_.size() == capacity_) co_await space_.wait();
  Entry& entry = entries_.take();
  entry.owner = this;
  entry.event = event;
  entry.answered = false;
  faults_.enter(event.fault, simulation_.now(), FaultStage::queue);
  queue_.push_back(&entry);
  dispatch();
  if (!entry.answered) co_await entry.done.wait({"page event", path_.c_str()});
  const ResponseCode code = entry.code;
  co_return code;
}

// The interrupt handler.
void PageEvents::dispatch() {
  while (!queue_.empty() && !refilling_) {
    if (records_ == 0) {
      refilling_ = true;
      simulation_.start(refill(), path_.c_str());
      return;
    }
    --records_;
    Entry& entry = *queue_.front();
    queue_.pop_front();
    space_.notify_all();
    faults_.enter(entry.event.fault, simulation_.now(), FaultStage::work_queue);
    handlers_.queue(entry);
  }
}

// Memory may have to be waited for, which an interrupt handler cannot do.
sim::Process PageEvents::refill() {
  ++refills_;
  Worker worker(processor_);
  co_await worker.enter();
  worker.charge(wake_up_());
  co_await worker.pay();
  records_ = most_records_;
  refilling_ = false;
  dispatch();
}

sim::Task<> PageEvents::handle(Entry& entry, Worker& worker) {
  faults_.enter(entry.event.fault, worker.paid(), FaultStage::handle);
  worker.charge(driver_());
  entry.code = co_await bring(entry, worker);
  co_await worker.pay();
  const PageEvent event = entry.event;
  const bool goes_on = event.responder && entry.code == ResponseCode::success && prefetch_ > 0;
  answer(entry);
  if (goes_on) {
    const Attachment& of = *attachments_.find({event.device, event.pasid});
    co_await of.strategy->prefetch(*of.table, event.first + event.pages, prefetch_, worker);
    co_await worker.pay();
  }
  if (records_ < most_records_) ++records_;
  entries_.give(entry);
  dispatch();
}

// The watch counts an event as a group of page requests of which this is the last.
void PageEvents::answer(Entry& entry) {
  entry.answered = true;
  entry.done.raise();
  const PageEvent& event = entry.event;
  PageRequest last;
  last.device = event.device;
  last.pasid = event.pasid;
  last.page = event.first + (event.pages - 1);
  last.read = !event.write;
  last.write = event.write;
  last.last = true;
  watch_.answered(last);
}

sim::Task<ResponseCode> PageEvents::bring(Entry& entry, Worker& worker) {
  const PageEvent& event = entry.event;
  const Attachment* const attachment = attachments_.find({event.device, event.pasid});
  if (attachment == nullptr) co_return ResponseCode::invalid;
  entry.faults.clear();
  for (std::uint64_t i = 0; i < event.pages; ++i) {
    entry.faults.push_back(
        {event.device, event.pasid, event.first + i, !event.write, event.write, event.counted});
  }
  co_return co_await attachment->strategy->handle(*attachment->table, entry.faults, worker);
}

}  // namespace faultpath::models
