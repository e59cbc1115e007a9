// Which answers a group gets.
#include "models/guest/broken_answers.hpp"

namespace faultpath::models {
namespace {

// The last: a device numbers its groups from 0, and has this one only with all of them outstanding.
constexpr PrgIndex kUnknown{kPrgIndices - 1};

double share_of(const GuestBehaviourSpec& spec) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.share; }) return kind.share;
        return 0.0;
      },
      spec);
}

}  // namespace

BrokenAnswers::BrokenAnswers(const sim::Simulation& simulation, const GuestBehaviourSpec& spec,
                             IommuPort& to, const StatisticsWindow& window,
                             GuestBehaviourStats& stats, const std::string& path)
    : simulation_(simulation),
      spec_(spec),
      to_(to),
      window_(window),
      stats_(stats),
      share_(share_of(spec)),
      stream_(simulation.stream(path, "answers")) {}

bool BrokenAnswers::concerns(const GuestBehaviourSpec& spec) { return share_of(spec) > 0.0; }

sim::Task<> BrokenAnswers::respond_in_turn(DeviceIndex device, PageResponse response) {
  std::vector<PageResponse> given{response};
  if (share_ >= 1.0 || stream_.unit() < share_) {
    given = std::visit([&](const auto& kind) { return answers(kind, response); }, spec_);
  }
  if (!given.empty()) before_ = given.back().index;
  for (const PageResponse& each : given) co_await to_.respond(device, each);
}

std::vector<PageResponse> BrokenAnswers::answers(const NeverAnswersSpec&, const PageResponse&) {
  stats_.answers_withheld += counts();
  return {};
}

std::vector<PageResponse> BrokenAnswers::answers(const AnswersTwiceSpec&,
                                                 const PageResponse& right) {
  stats_.answers_extra += counts();
  return {right, right};
}

// Before there is an answer to repeat, the group gets its own.
std::vector<PageResponse> BrokenAnswers::answers(const AnswersAnotherSpec& spec,
                                                 const PageResponse& right) {
  const bool unknown = spec.index == AnswersAnotherSpec::Index::unknown;
  if (!unknown && (!before_ || *before_ == right.index)) return {right};
  stats_.answers_withheld += counts();
  stats_.answers_extra += counts();
  PageResponse other = right;
  other.index = unknown ? kUnknown : *before_;
  return {other};
}

std::vector<PageResponse> BrokenAnswers::answers(const AnswersFailureSpec&,
                                                 const PageResponse& right) {
  PageResponse failed = right;
  failed.code = LinuxResponse::failure;
  return {failed};
}

}  // namespace faultpath::models
