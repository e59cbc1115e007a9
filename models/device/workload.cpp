// The address patterns of a device.
#include "models/device/workload.hpp"

#include <algorithm>
#include <utility>

#include "models/device/zipf.hpp"
#include "sim/ensure.hpp"

namespace faultpath::models {
namespace {

/// Operations at whole multiples of their size.
class Pattern : public Workload {
 public:
  explicit Pattern(const WorkloadSource& source)
      : base_(source.base),
        bytes_(source.spec.operation),
        slots_(std::max<std::uint64_t>(1, source.spec.footprint / source.spec.operation)),
        reads_(source.spec.reads),
        stream_(source.stream) {}

  std::optional<Operation> next() override { return at_offset(slot() * bytes_); }

 protected:
  /// Which multiple comes next.
  virtual std::uint64_t slot() = 0;

  Operation at_offset(std::uint64_t offset) {
    const bool write = reads_ < 1.0 && (reads_ <= 0.0 || stream_.unit() >= reads_);
    return {Iova{base_.value + offset}, static_cast<std::uint32_t>(bytes_), write};
  }

  Iova base_;
  std::uint64_t bytes_;  // of an operation
  std::uint64_t slots_;
  double reads_;
  sim::RandomStream stream_;
};

class Sequential final : public Pattern {
  using Pattern::Pattern;
  std::uint64_t slot() override {
    const std::uint64_t slot = next_;
    next_ = next_ + 1 == slots_ ? 0 : next_ + 1;
    return slot;
  }
  std::uint64_t next_ = 0;
};

class Uniform final : public Pattern {
  using Pattern::Pattern;
  std::uint64_t slot() override { return stream_.below(slots_); }
};

/// The most popular slots lie scattered, by a fixed multiplicative permutation.
class ZipfPattern final : public Pattern {
 public:
  explicit ZipfPattern(const WorkloadSource& source)
      : Pattern(source), zipf_(slots_, source.spec.exponent) {}

 private:
  std::uint64_t slot() override { return scatter(zipf_(stream_), slots_); }
  Zipf zipf_;
};

/// Wraps around at the end of the footprint and goes on one operation further.
class Stride final : public Pattern {
 public:
  explicit Stride(const WorkloadSource& source)
      : Pattern(source),
        step_(std::max<std::uint64_t>(1, source.spec.stride / source.spec.operation)) {}

 private:
  std::uint64_t slot() override {
    const std::uint64_t slot = next_;
    next_ += step_;
    if (next_ >= slots_) next_ = ++lane_ % std::min(step_, slots_);
    return slot;
  }
  std::uint64_t step_;
  std::uint64_t next_ = 0;
  std::uint64_t lane_ = 0;
};

class BufferRing final : public Pattern {
 public:
  explicit BufferRing(const WorkloadSource& source)
      : Pattern(source), buffers_(std::min(source.spec.buffers, slots_)) {}

 private:
  std::uint64_t slot() override {
    const std::uint64_t slot = next_;
    next_ = next_ + 1 == buffers_ ? 0 : next_ + 1;
    return slot;
  }
  std::uint64_t buffers_;
  std::uint64_t next_ = 0;
};

/// One pattern after the other, for a number of operations each.
class Phases final : public Workload {
 public:
  explicit Phases(const WorkloadSource& source) : phases_(source.spec.phases) {
    for (const PhaseSpec& phase : phases_) {
      WorkloadSpec spec = source.spec;
      spec.kind = phase.kind;
      spec.footprint = phase.footprint;
      parts_.push_back(
          make_workload({spec, Iova{source.base.value + phase.offset}, source.stream, nullptr}));
    }
    left_ = phases_.front().operations;
  }

  std::optional<Operation> next() override {
    if (left_ == 0) {
      current_ = (current_ + 1) % phases_.size();
      left_ = phases_[current_].operations;
    }
    --left_;
    return parts_[current_]->next();
  }

 private:
  std::vector<PhaseSpec> phases_;
  std::vector<std::unique_ptr<Workload>> parts_;
  std::size_t current_ = 0;
  std::uint64_t left_;
};

}  // namespace

sim::Duration period_of(const TraceData& trace) {
  const auto& entries = trace.entries;
  if (!trace.timed || entries.size() < 2) return {};
  const sim::Duration span = entries.back().at - entries.front().at;
  if (span == sim::Duration::zero()) return {};
  const auto gaps = static_cast<std::int64_t>(entries.size() - 1);
  const sim::Duration gap = std::max(span / gaps, sim::picoseconds(1));
  return span > sim::Duration::max() - gap ? sim::Duration::max() : span + gap;
}

/// The parts of all instances and contexts begin their passes together: the period is that of the
/// whole recording.
class TraceCursor {
 public:
  TraceCursor(Trace trace, std::vector<std::uint32_t> chosen, bool repeat)
      : trace_(std::move(trace)),
        chosen_(std::move(chosen)),
        repeat_(repeat),
        period_(repeat ? period_of(*trace_) : sim::Duration::zero()) {}

  const TraceEntry* peek() const {
    if (at_ == size()) return nullptr;
    return &trace_->entries[chosen_.empty() ? at_ : chosen_[at_]];
  }
  void advance() {
    ++at_;
    if (at_ < size() || !repeat_) return;
    at_ = 0;
    pass_ = sim::later(pass_, period_);
  }
  bool timed() const { return trace_->timed; }
  /// When the pass has begun, from the start of the devices.
  sim::Time pass() const { return pass_; }

 private:
  std::size_t size() const { return chosen_.empty() ? trace_->entries.size() : chosen_.size(); }

  Trace trace_;
  std::vector<std::uint32_t> chosen_;  // empty: all
  bool repeat_;
  sim::Duration period_;
  std::size_t at_ = 0;
  sim::Time pass_{};
};

namespace {

class Replay final : public Workload {
 public:
  explicit Replay(std::shared_ptr<TraceCursor> cursor) : cursor_(std::move(cursor)) {}

  std::optional<Operation> next() override {
    const TraceEntry* const entry = cursor_->peek();
    if (entry == nullptr) return std::nullopt;
    const Operation operation = entry->operation;
    cursor_->advance();
    return operation;
  }
  bool ended() const override { return cursor_->peek() == nullptr; }
  std::optional<sim::Time> due() override {
    const TraceEntry* const entry = cursor_->peek();
    if (entry == nullptr || !cursor_->timed()) return std::nullopt;
    return sim::later(cursor_->pass(), entry->at.time_since_epoch());
  }

 private:
  std::shared_ptr<TraceCursor> cursor_;
};

// No entry chosen means that the cursor would replay everything; an empty part has its own trace.
std::shared_ptr<TraceCursor> cursor_over(const Trace& trace, std::vector<std::uint32_t> chosen,
                                         bool repeat) {
  if (!chosen.empty()) return std::make_shared<TraceCursor>(trace, std::move(chosen), repeat);
  const auto nothing = std::make_shared<TraceData>();
  return std::make_shared<TraceCursor>(nothing, std::move(chosen), false);
}

}  // namespace

std::vector<std::shared_ptr<TraceCursor>> make_cursors(const Trace& trace, std::uint32_t instance,
                                                       std::uint32_t contexts, bool repeat) {
  const auto& entries = trace->entries;
  const bool by_device =
      std::ranges::any_of(entries, [](const TraceEntry& e) { return e.device != 0; });
  const bool by_pasid =
      std::ranges::any_of(entries, [](const TraceEntry& e) { return e.pasid != 0; });
  if (!by_device && !by_pasid) {
    const auto all = std::make_shared<TraceCursor>(trace, std::vector<std::uint32_t>{}, repeat);
    return {contexts, all};
  }
  std::vector<std::vector<std::uint32_t>> chosen(by_pasid ? contexts : 1);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (by_device && entries[i].device != instance) continue;
    chosen[by_pasid ? entries[i].pasid : 0].push_back(i);
  }
  std::vector<std::shared_ptr<TraceCursor>> cursors;
  for (auto& part : chosen) cursors.push_back(cursor_over(trace, std::move(part), repeat));
  cursors.resize(contexts, cursors.front());
  return cursors;
}

std::unique_ptr<Workload> make_workload(const WorkloadSource& source) {
  switch (source.spec.kind) {
    case WorkloadKind::sequential:
      return std::make_unique<Sequential>(source);
    case WorkloadKind::uniform:
      return std::make_unique<Uniform>(source);
    case WorkloadKind::zipf:
      return std::make_unique<ZipfPattern>(source);
    case WorkloadKind::stride:
      return std::make_unique<Stride>(source);
    case WorkloadKind::phases:
      return std::make_unique<Phases>(source);
    case WorkloadKind::ring:
      return std::make_unique<BufferRing>(source);
    case WorkloadKind::trace:
      return std::make_unique<Replay>(source.cursor);
  }
  return nullptr;
}

}  // namespace faultpath::models
