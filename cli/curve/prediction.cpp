// The stream of each table, cut into stretches.
#include "cli/curve/prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/limits/faults_in_order.hpp"
#include "analysis/limits/page_numbers.hpp"
#include "analysis/limits/waiting_faults.hpp"
#include "cli/experiment/worker_pool.hpp"
#include "cli/usage_error.hpp"
#include "models/assembly/access_order.hpp"
#include "models/base/sizes.hpp"

namespace faultpath::cli {
namespace {

namespace limits = analysis::limits;

limits::Recency recency_of(const models::LruLockedSpec& spec) {
  return spec.recency == models::LruLockedSpec::Recency::used ? limits::Recency::used
                                                              : limits::Recency::mapped;
}

/// Accesses for which there is room from the start: what is not used is address space only.
constexpr std::uint64_t kRoom = 1U << 24;

// One instance of a limited table.
struct Stream {
  const LimitedSystem::Table* table;
  const models::Runs* nonfaultable;
  limits::PageNumbers numbers;
  std::vector<std::uint32_t> pages;         // accesses, by number
  std::map<std::uint64_t, std::size_t> at;  // how many there were before an operation
  std::uint64_t count = 0;                  // of different pages, when all have been read
};

// The streams of all limited tables of one replication.
class Streams {
 public:
  Streams(const LimitedSystem& system, unsigned replication) : spec_(system.spec()) {
    spec_.run.replication = replication;
    order_.emplace(spec_, system.plan());
    for (const auto& planned : order_->tables()) {
      by_table_.push_back(nullptr);
      const auto table =
          std::ranges::find(system.tables(), planned.planned, &LimitedSystem::Table::planned);
      if (table == system.tables().end()) continue;
      const auto& nonfaultable = system.plan().tables[planned.planned].nonfaultable;
      all_.push_back(std::make_unique<Stream>(Stream{&*table, &nonfaultable, {}, {}, {}, 0}));
      by_table_.back() = all_.back().get();
    }
  }

  // `visit(stream, page, operation)` for each access that can fault, of `most` operations.
  template <class Visit>
  void play(std::uint64_t most, Visit visit) {
    for (std::uint64_t operation = 0; operation < most; ++operation) {
      const auto access = order_->next();
      if (!access) break;
      Stream* const stream = by_table_[access->table];
      if (stream == nullptr) continue;
      const auto last = access->operation.last_page(spec_.host.page_size);
      for (auto page = access->operation.first_page(spec_.host.page_size); page <= last;
           page = page + 1) {
        if (!stream->nonfaultable->empty() && stream->nonfaultable->contains(page.value)) continue;
        visit(*stream, page.value, operation);
      }
    }
  }
  const std::vector<std::unique_ptr<Stream>>& all() const { return all_; }

 private:
  models::SystemSpec spec_;
  std::optional<models::AccessOrder> order_;
  std::vector<Stream*> by_table_;  // null: not limited
  std::vector<std::unique_ptr<Stream>> all_;
};

// Of the limit of a table what is pinned goes off first.
std::uint64_t room_of(const LimitedSystem& system, const Stream& stream, std::uint64_t limit) {
  const std::uint64_t pages = system.limit_of(*stream.table, limit);
  return std::max<std::uint64_t>(pages - std::min(pages, stream.table->pinned), 1);
}

std::vector<std::uint64_t> rooms_of(const LimitedSystem& system, const Stream& stream,
                                    const std::vector<std::uint64_t>& limits) {
  std::vector<std::uint64_t> rooms;
  for (const std::uint64_t limit : limits) rooms.push_back(room_of(system, stream, limit));
  return rooms;
}

// The accesses of a stretch. Operations beyond the last that was noted have none.
limits::Accesses accesses_of(const Stream& stream, const Stretch& stretch) {
  const auto before = [&](std::uint64_t operation) {
    const auto at = stream.at.lower_bound(operation);
    return at == stream.at.end() ? stream.pages.size() : at->second;
  };
  return {std::span(stream.pages).first(before(stretch.operations)), before(stretch.uncounted)};
}

// Notes where each stretch begins and ends. The streams have no numbers afterwards.
void read_streams(Streams& streams, const PredictionRequest& request) {
  std::vector<std::uint64_t> marks{request.stretch.operations, request.stretch.uncounted};
  for (const auto& run : request.runs) {
    marks.push_back(run.stretch.operations);
    marks.push_back(run.stretch.uncounted);
  }
  std::ranges::sort(marks);
  for (const auto& stream : streams.all())
    stream->pages.reserve(std::min(marks.back(), kRoom) / streams.all().size());
  std::size_t next = 0;
  const auto note_until = [&](std::uint64_t operation) {
    for (; next < marks.size() && marks[next] <= operation; ++next) {
      for (const auto& stream : streams.all()) {
        stream->at.try_emplace(marks[next], stream->pages.size());
      }
    }
  };
  streams.play(marks.back(), [&](Stream& stream, std::uint64_t page, std::uint64_t operation) {
    note_until(operation);
    stream.pages.push_back(stream.numbers.of(page));
  });
  for (const auto& stream : streams.all()) {
    stream->count = stream->numbers.count();
    stream->numbers = {};  // what comes next needs the memory
  }
}

// Accesses that are blocked when a fault is served, itself included, where `waiting` faults wait in
// the mean over time. Who arrives sees that mean in an open system (Wolff, 1982), and in a closed
// one that of the others: of N operations N - 1 (Reiser, Lavenberg, 1980; so much less by
// Schweitzer, 1979).
double blocked_by(double waiting, const std::optional<double>& in_flight) {
  if (!in_flight) return 1.0 + waiting;
  const double operations = std::max(*in_flight, 1.0);
  return std::min(1.0 + waiting * (1.0 - 1.0 / operations), operations);
}

PredictedFaults predict_run(const LimitedSystem& system, const Streams& streams,
                            const PredictedRun& run) {
  const auto recency = recency_of(system.strategy());
  double accesses = 0.0;
  for (const auto& stream : streams.all()) accesses += static_cast<double>(stream->pages.size());
  PredictedFaults faults;
  for (const auto& stream : streams.all()) {
    const auto part = accesses_of(*stream, run.stretch);
    const std::uint64_t room = room_of(system, *stream, run.limit);
    const double share = static_cast<double>(stream->pages.size()) / std::max(accesses, 1.0);
    const double blocked = blocked_by(run.waiting * share, stream->table->in_flight);
    faults.at_once += static_cast<double>(limits::faults_when_waiting(part, room, 1.0, recency));
    faults.waiting +=
        static_cast<double>(limits::faults_when_waiting(part, room, blocked, recency));
  }
  return faults;
}

Prediction predict_exactly(const LimitedSystem& system, const PredictionRequest& request) {
  Streams streams(system, request.replication);
  read_streams(streams, request);
  Prediction prediction;
  std::vector<double> sums(request.limits.size());
  for (const auto& stream : streams.all()) {
    const auto part = accesses_of(*stream, request.stretch);
    prediction.accesses += part.pages.size() - part.counted_from;
    prediction.pages += stream->count;
    const auto rooms = rooms_of(system, *stream, request.limits);
    const auto faults = limits::faults_in_order(part, rooms, recency_of(system.strategy()));
    for (std::size_t i = 0; i < faults.size(); ++i) sums[i] += static_cast<double>(faults[i]);
  }
  for (const double sum : sums) prediction.faults.push_back({sum, {}, {}, 1});
  for (const auto& run : request.runs) prediction.runs.push_back(predict_run(system, streams, run));
  return prediction;
}

// Intervals of several tables add up as if they were not independent, which is the wider.
Prediction predict_by_sample(const LimitedSystem& system, const PredictionRequest& request) {
  Streams streams(system, request.replication);
  std::map<const Stream*, limits::SampledFaults> samples;
  for (const auto& stream : streams.all()) {
    samples.try_emplace(stream.get(), rooms_of(system, *stream, request.limits),
                        recency_of(system.strategy()), request.sample);
  }
  Prediction prediction;
  streams.play(request.stretch.operations,
               [&](const Stream& stream, std::uint64_t page, std::uint64_t operation) {
                 const bool counted = operation >= request.stretch.uncounted;
                 prediction.accesses += counted;
                 samples.at(&stream).access(page, counted);
               });
  prediction.faults.assign(request.limits.size(), {0.0, 0.0, 0.0, limits::SampledFaults::kGroups});
  for (const auto& [stream, sample] : samples) {
    prediction.pages += sample.pages();
    const auto faults = sample.faults(request.confidence);
    for (std::size_t i = 0; i < faults.size(); ++i) {
      auto& sum = prediction.faults[i];
      sum.mean += faults[i].mean;
      *sum.low += *faults[i].low;
      *sum.high += *faults[i].high;
    }
  }
  return prediction;
}

nlohmann::json to_json(const Prediction& prediction) {
  nlohmann::json faults = nlohmann::json::array(), runs = nlohmann::json::array();
  for (const auto& one : prediction.faults) {
    faults.push_back({one.mean, one.low.value_or(0.0), one.high.value_or(0.0), one.n});
  }
  for (const auto& run : prediction.runs) runs.push_back({run.at_once, run.waiting});
  return {{"accesses", prediction.accesses},
          {"pages", prediction.pages},
          {"faults", std::move(faults)},
          {"runs", std::move(runs)}};
}

Prediction from_json(const nlohmann::json& json) {
  Prediction prediction{json.at("accesses"), json.at("pages"), {}, {}};
  for (const auto& one : json.at("faults")) {
    analysis::Interval faults{.mean = one.at(0), .low = {}, .high = {}, .n = one.at(3)};
    if (faults.n > 1) {
      faults.low = one.at(1).get<double>();
      faults.high = one.at(2).get<double>();
    }
    prediction.faults.push_back(faults);
  }
  for (const auto& run : json.at("runs")) prediction.runs.push_back({run.at(0), run.at(1)});
  return prediction;
}

}  // namespace

Prediction predict(const LimitedSystem& system, const PredictionRequest& request) {
  return request.sample < 1.0 ? predict_by_sample(system, request)
                              : predict_exactly(system, request);
}

std::vector<Prediction> predict_all(const LimitedSystem& system,
                                    const std::vector<PredictionRequest>& requests,
                                    std::size_t parallel) {
  std::vector<Job> jobs;
  for (const auto& request : requests) {
    jobs.push_back({fmt::format("prediction of replication {}", request.replication),
                    [&system, &request](const ProgressSink&) {
                      return to_json(predict(system, request)).dump();
                    }});
  }
  std::vector<Prediction> predictions;
  for (const auto& result : run_jobs(jobs, parallel)) {
    if (result.failure) throw std::runtime_error(*result.failure);
    predictions.push_back(from_json(nlohmann::json::parse(result.record)));
  }
  return predictions;
}

std::optional<std::uint64_t> known_operations(const models::SystemSpec& spec) {
  if (spec.run.stop.duration || spec.run.stop.faults) return std::nullopt;
  if (spec.run.stop.operations) return spec.run.stop.operations;
  return std::numeric_limits<std::uint64_t>::max();  // until all recordings have ended
}

std::vector<std::string> caveats_of(const LimitedSystem& system) {
  std::vector<std::string> caveats;
  const auto& strategy = system.strategy();
  const auto& spec = system.spec();
  if (strategy.premap > 1)
    caveats.emplace_back("the prediction maps one page for each fault; premap maps more");
  if (strategy.evict == models::LruLockedSpec::Evict::periodic)
    caveats.emplace_back(
        "the prediction evicts at the limit; evict: periodic keeps less locked, and waits");
  const auto any = [&](auto has) { return std::ranges::any_of(spec.devices, has); };
  if (any([](const auto& device) { return !device.observed; }))
    caveats.emplace_back("the prediction counts the devices that are not observed, too");
  if (any([page = spec.host.page_size](const auto& device) {
        return device.ats.stu > page.bytes();
      }))
    caveats.emplace_back(
        fmt::format("the prediction is about pages of {} KiB; a device has larger units",
                    spec.host.page_size.bytes() / models::kKiB));
  if (any([](const auto& device) {
        return !device.reset.at.empty() || device.reset.every || !device.stops.empty();
      }))
    caveats.emplace_back("the prediction knows no resets and no stops");
  if (system.tables().size() < system.plan().tables.size())
    caveats.emplace_back("simulated faults are those of all tables, predicted ones of the limited");
  if (strategy.recency == models::LruLockedSpec::Recency::used &&
      any([](const auto& device) { return !device.reports_access; }))
    caveats.emplace_back("the prediction sees every use; not every device reports it");
  return caveats;
}

}  // namespace faultpath::cli
