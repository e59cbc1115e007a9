// The loop of a thread that handles faults in user space.
#include "models/kernel/user/fault_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "models/kernel/second_stage.hpp"
#include "models/strategy/strategy.hpp"

namespace faultpath::models {

FaultReader::FaultReader(const FaultReaderSetting& setting, std::string path)
    : setting_(setting),
      path_(std::move(path)),
      worker_(setting.processor, sim::Priority::normal, ThreadKind::task),
      wake_up_(setting.simulation, setting.spec.wake_up, path_, "wake-up"),
      system_call_(setting.simulation, setting.spec.system_call, path_, "system call") {
  setting_.simulation.start_service(run(), path_.c_str());
}

void FaultReader::add(FaultFile& file) {
  files_.push_back({&file});
  file.connect(*this);
}

sim::Process FaultReader::run() {
  for (;;) {
    File* file = next();
    while (file == nullptr) {
      co_await sleep();
      file = next();
    }
    co_await serve(*file);
    worker_.charge(system_call_());  // the next poll()
    co_await worker_.pay();
  }
}

// Files take turns.
FaultReader::File* FaultReader::next() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::size_t place = (next_ + i) % files_.size();
    File& each = files_[place];
    if (!each.file->readable() || each.file->first() == each.too_large) continue;
    next_ = place + 1;
    return &each;
  }
  return nullptr;
}

bool FaultReader::turns_round() const {
  return std::ranges::any_of(files_, [](const File& each) { return each.file->readable(); });
}

sim::Task<> FaultReader::sleep() {
  woken_.reset();
  const bool on_core = turns_round();
  if (!on_core && worker_.on_core()) worker_.leave();
  co_await woken_.wait();
  if (on_core) co_return;
  ++setting_.stats.reader_wake_ups;
  co_await worker_.enter();
  worker_.charge(wake_up_());
  co_await worker_.pay();
}

sim::Task<> FaultReader::serve(File& from) {
  FaultFile& file = *from.file;
  worker_.charge(system_call_());
  co_await file.lock(worker_);
  batch_.clear();
  file.read(setting_.spec.records, batch_);
  if (batch_.empty()) {
    ++setting_.stats.empty_reads;
    from.too_large = file.first();
  }
  file.unlock();
  for (std::size_t place = 0; place < batch_.size(); ++place) co_await handle(file, place);
}

sim::Task<> FaultReader::handle(FaultFile& file, std::size_t place) {
  const FaultMessage& message = batch_[place];
  UserBehaviour& behaviour = setting_.behaviours.of(message.device);
  file.begin_handling(message, worker_);
  const sim::Duration fetch = behaviour.fetch();
  if (fetch > sim::Duration::zero()) {
    worker_.leave();
    co_await setting_.simulation.delay(fetch, {"a page from elsewhere", path_.c_str()});
    co_await worker_.enter();
  }
  worker_.charge(behaviour.work());
  const ResponseCode code = co_await make_present(message);
  co_await worker_.pay();
  co_await answer(file, place, behaviour.answers(), code);
}

sim::Task<ResponseCode> FaultReader::make_present(const FaultMessage& message) {
  const Attachment& on = message.attachment;
  if (message.second_stage) {
    return setting_.second_stage->serve(*on.table, message.records, worker_);
  }
  faults_.clear();
  std::ranges::transform(message.records, std::back_inserter(faults_), fault_of);
  return on.strategy->handle(*on.table, faults_, worker_);
}

// Of a pair the first says whether the two are confused.
sim::Task<> FaultReader::answer(FaultFile& file, std::size_t place, UserAnswers how,
                                ResponseCode code) {
  const FaultMessage* const handled = &batch_[place];
  const std::size_t partner = place ^ 1;
  const bool is_first = partner > place;
  if (is_first) swaps_ = how == UserAnswers::swapped && partner < batch_.size();
  const FaultAnswer own{handled, swaps_ ? &batch_[partner] : handled, code};
  const FaultAnswer unknown{handled, nullptr, code};
  if (how == UserAnswers::never) {
    setting_.counts[handled->device].responses_withheld += handled->records.back().counted;
    co_return;
  }
  if (how == UserAnswers::unknown_first) co_await write(file, unknown);
  co_await write(file, own);
  if (how == UserAnswers::twice) co_await write(file, own);
}

sim::Task<> FaultReader::write(FaultFile& file, FaultAnswer answer) {
  worker_.charge(system_call_());
  co_await file.lock(worker_);
  co_await file.write(answer, worker_);
  file.unlock();
}

}  // namespace faultpath::models
