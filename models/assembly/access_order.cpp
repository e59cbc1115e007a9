// Devices in turn, by the clock of a machine without faults.
#include "models/assembly/access_order.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "models/assembly/device_workloads.hpp"

namespace faultpath::models {

struct AccessOrder::Device {
  Device(const DeviceSpec& of, IssueSchedule::Workloads workloads, sim::RandomStream arrivals,
         std::vector<std::uint32_t> of_contexts)
      : spec(of),
        schedule(of.workload, std::move(workloads), arrivals),
        tables(std::move(of_contexts)) {}

  const DeviceSpec& spec;
  IssueSchedule schedule;
  std::vector<std::uint32_t> tables;  // of each context
  sim::Time link_free{};
};

AccessOrder::AccessOrder(const SystemSpec& spec, const Plan& plan) : spec_(spec), plan_(plan) {
  for (std::size_t planned = 0; planned < plan.tables.size(); ++planned) {
    first_table_.push_back(static_cast<std::uint32_t>(tables_.size()));
    for (std::uint64_t instance = 0; instance < plan.tables[planned].count; ++instance) {
      tables_.push_back({planned, instance});
    }
  }
  for (std::size_t index = 0; index < spec.devices.size(); ++index) {
    for (std::uint32_t i = 0; i < spec.devices[index].count; ++i) add_device(index, i);
  }
}

AccessOrder::~AccessOrder() = default;

void AccessOrder::add_device(std::size_t index, std::uint32_t instance) {
  const DeviceSpec& spec = spec_.devices[index];
  const auto planned = [&](std::uint32_t context) -> const Plan::Table& {
    return plan_.tables[plan_.devices[index].table_of(context)];
  };
  const auto stream = [&](const std::string& component, const char* purpose) {
    return sim::RandomStream({spec_.run.seed, spec_.run.replication, component, purpose});
  };
  const auto start = [&](std::uint32_t context) {
    return start_of(IovaPage{plan_.processes[planned(context).process].pages.first()},
                    spec_.host.page_size);
  };
  std::vector<std::uint32_t> tables;
  for (std::uint32_t context = 0; context < spec.contexts; ++context) {
    const auto of_instance = Plan::instance_of(planned(context).count, instance);
    tables.push_back(first_table_[plan_.devices[index].table_of(context)] +
                     static_cast<std::uint32_t>(of_instance));
  }
  auto workloads = workloads_of(spec, spec_.traces[index], instance, stream, start);
  devices_.push_back(std::make_unique<Device>(
      spec, std::move(workloads), stream(path_of(spec, instance), "arrivals"), std::move(tables)));
  devices_.back()->schedule.start(sim::Time{});
  wait_for_turn(static_cast<std::uint32_t>(devices_.size() - 1));
}

void AccessOrder::wait_for_turn(std::uint32_t device) {
  if (const auto slot = devices_[device]->schedule.next()) turns_.push({slot->at, device});
}

std::optional<AccessOrder::Access> AccessOrder::next() {
  while (!turns_.empty()) {
    const std::uint32_t number = turns_.top().device;
    turns_.pop();
    Device& device = *devices_[number];
    IssueSchedule& schedule = device.schedule;
    const auto slot = *schedule.next();
    schedule.take(slot);
    const auto operation = schedule.fetch(slot.context);
    if (operation) {
      schedule.refill(slot);
      device.link_free =
          sim::later(std::max(device.link_free, slot.at),
                     sim::transfer_time(operation->bytes, device.spec.link.bandwidth));
      schedule.complete(device.link_free, slot.context);
    }
    wait_for_turn(number);
    if (operation) return Access{device.tables[slot.context], device.spec.observed, *operation};
  }
  return std::nullopt;
}

bool AccessOrder::is_fixed(const SystemSpec& spec) {
  return std::ranges::all_of(spec.devices, [](const DeviceSpec& device) {
    return std::holds_alternative<TraceSpec>(device.workload.kind) && !device.workload.rate;
  });
}

}  // namespace faultpath::models
