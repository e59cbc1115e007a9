// Starting, cancelling and running processes, and the report of a stuck run.
#include "sim/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/ensure.hpp"
#include "sim/platform.hpp"

namespace faultpath::sim {

Process::promise_type::~promise_type() {
  if (simulation_ != nullptr) simulation_->forget(*this);
}

void Process::promise_type::unhandled_exception() { throw; }

Simulation::Simulation(const SimulationSpec& spec)
    : spec_(spec), fingerprint_(spec.fingerprint, spec.seed, spec.replication) {
  ensure_context() = {&calendar_.clock(), spec_.seed, spec_.replication};
}

Simulation::~Simulation() {
  end();
  ensure_context() = {};
}

void Simulation::end() {
  // Indexed: destroying a frame may end with the destruction of objects that cancel others.
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    if (processes_[i].promise != nullptr) processes_[i].promise->frame_.destroy();
  }
}

ProcessId Simulation::start(Process process, const char* name) {
  const auto frame = std::exchange(process.frame_, nullptr);
  Process::promise_type& promise = frame.promise();
  if (free_entries_.empty()) {
    free_entries_.push_back(static_cast<std::uint32_t>(processes_.size()));
    processes_.emplace_back();
  }
  const std::uint32_t slot = free_entries_.back();
  free_entries_.pop_back();
  processes_[slot].promise = &promise;
  ++foreground_;
  const ProcessId id{slot, processes_[slot].generation};
  promise.simulation_ = this;
  promise.clock_ = &calendar_.clock();
  promise.resumed_ = now();
  promise.name_ = name;
  promise.slot_ = slot;
  try {
    frame.resume();
  } catch (...) {
    frame.destroy();
    throw;
  }
  return id;
}

ProcessId Simulation::start_service(Process process, const char* name) {
  const ProcessId id = start(std::move(process), name);
  const Entry& entry = processes_[id.slot];
  if (entry.generation != id.generation) return id;  // it has ended already
  entry.promise->service_ = true;
  if (entry.promise->scheduled_) ++scheduled_services_;
  --foreground_;
  return id;
}

bool Simulation::cancel(ProcessId id) {
  if (id.slot >= processes_.size()) return false;
  const Entry& entry = processes_[id.slot];
  if (entry.generation != id.generation || entry.promise == nullptr) return false;
  entry.promise->frame_.destroy();
  return true;
}

void Simulation::forget(Process::promise_type& promise) {
  Entry& entry = processes_[promise.slot_];
  if (promise.service_) {
    promise.set_scheduled(false);
  } else {
    --foreground_;
  }
  entry = {nullptr, entry.generation + 1};
  free_entries_.push_back(promise.slot_);
}

Platform& Simulation::platform() {
  ENSURE(spec_.loop == MainLoop::simgrid, "a platform needs SimGrid's main loop");
  if (!platform_) platform_ = std::make_unique<Platform>(*this);
  return *platform_;
}

void Simulation::run() {
  try {
    run_until_idle();
    throw_if_stuck();
  } catch (...) {
    end();
    throw;
  }
}

void Simulation::run_until_idle() {
  if (spec_.loop == MainLoop::simgrid) {
    platform().run();
  } else {
    calendar_.run_before(kEndOfTime);
  }
}

// The standstill begins when the last of them began to wait; timers may have gone on.
void Simulation::throw_if_stuck() const {
  if (foreground_ == 0) return;
  throw StuckError(fmt::format("stuck at {} ns: nothing is left to happen, but\n{}",
                               to_ns(last_progress()), waiting_report(false)));
}

Time Simulation::last_progress() const {
  Time last{};
  for (const Entry& entry : processes_) {
    if (entry.promise == nullptr || entry.promise->service_) continue;
    last = std::max(last, entry.promise->resumed_);
  }
  return last;
}

bool Simulation::only_services_act() const {
  if (platform_ && platform_->active()) return false;
  const auto services = static_cast<std::size_t>(scheduled_services_);
  return calendar_.pending() == daemons_.events() + services;
}

std::string Simulation::waiting_report(bool with_services) const {
  std::vector<std::pair<std::string, std::size_t>> lines;  // each, and how often
  std::unordered_map<std::string, std::size_t> places;
  for (const Entry& entry : processes_) {
    if (entry.promise == nullptr || (entry.promise->service_ && !with_services)) continue;
    const WaitReason& reason = entry.promise->reason_;
    std::string line = fmt::format("  {} waits for {}{}{}", entry.promise->name_, reason.what,
                                   *reason.where != '\0' ? " of " : "", reason.where);
    const auto [place, is_new] = places.try_emplace(line, lines.size());
    if (is_new) lines.emplace_back(std::move(line), 0);
    ++lines[place->second].second;
  }
  std::string report;
  for (const auto& [line, count] : lines) {
    report += line + (count > 1 ? fmt::format(", {} times\n", count) : "\n");
  }
  return report;
}

}  // namespace faultpath::sim
