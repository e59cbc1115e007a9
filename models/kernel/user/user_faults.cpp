// Which table has which file, and which thread looks after it.
#include "models/kernel/user/user_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace faultpath::models {

UserFaults::UserFaults(const UserFaultsSetting& setting)
    : setting_(setting),
      spec_(*setting.route.user()),
      groups_(setting.core),
      behaviours_(setting.simulation, setting.handling, setting.host + "/user space") {
  const auto* const iommufd = std::get_if<IommufdSpec>(&setting.route.kind);
  if (setting.route == FaultRoute::container) {
    shared_ = &add_file("container");
    container_.emplace(groups_, setting.work, *shared_, setting.second_stage);
  } else if (iommufd != nullptr && iommufd->queues == IommufdSpec::Queues::shared) {
    shared_ = &add_file("shared");
  }
}

UserQueue& UserFaults::queue_of(DeviceIndex device, const IoPageTable& table) {
  UserQueue& queue = queue_for(table);
  std::vector<UserQueue*>& first = first_[device.value];
  if (std::ranges::find(first, &queue) == first.end()) first.push_back(&queue);
  return queue;
}

UserQueue* UserFaults::queue_of(const Attachment& attachment) {
  if (container_ && attachment.handler == &*container_) return &*container_;
  const auto is_its = [&](const FaultFile& file) { return attachment.handler == &file; };
  const auto file = std::ranges::find_if(files_, is_its);
  return file != files_.end() ? &*file : nullptr;
}

std::string UserFaults::what_is_held() const {
  std::string text;
  for (const FaultFile& file : files_) {
    if (file.undelivered() + file.unanswered() == 0) continue;
    text += fmt::format("{}: {} groups have been read and not answered, {} have not been read",
                        file.path(), file.unanswered(), file.undelivered());
    if (file.undelivered() > 0)
      text += fmt::format(", the first of {} requests", file.first_size());
    text += "\n";
  }
  return text;
}

FaultFile& UserFaults::add_file(const IoPageTable& table) {
  return add_file(fmt::format("table {}, file {}", table.tag(), files_.size()));
}

UserQueue& UserFaults::queue_for(const IoPageTable& table) {
  if (!container_) return shared_ != nullptr ? *shared_ : file_of(table);
  if (table.guest != nullptr) container_->add_child(table, file_of(table));
  return *container_;
}

// Processes may share a name, their tables have tags.
FaultFile& UserFaults::file_of(const IoPageTable& table) {
  FaultFile*& file = file_of_[&table];
  if (file == nullptr) file = &add_file(fmt::format("table {}", table.tag()));
  return *file;
}

FaultFile& UserFaults::add_file(const std::string& name) {
  FaultFile& file = files_.emplace_back(groups_, counts_, spec_.match,
                                        fmt::format("{}/fault file/{}", setting_.host, name));
  add_readers(file);
  return file;
}

void UserFaults::add_readers(FaultFile& file) {
  const bool own = spec_.readers == UserReadersSpec::Readers::per_queue || files_.size() == 1;
  for (std::uint32_t i = 0; own && i < spec_.threads; ++i) {
    readers_.emplace_back(
        FaultReaderSetting{setting_.simulation, setting_.processor, spec_, behaviours_,
                           reader_stats_, counts_, setting_.second_stage},
        fmt::format("{}/fault reader.{}", setting_.host, readers_.size()));
  }
  const std::size_t first = own ? readers_.size() - spec_.threads : 0;
  for (std::size_t i = first; i < first + spec_.threads; ++i) readers_[i].add(file);
}

}  // namespace faultpath::models
