// The loop that starts workers, listens to them and collects.
#include "cli/experiment/worker_pool.hpp"

#include <poll.h>

#include <memory>

#include "cli/interrupt.hpp"

namespace faultpath::cli {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

// A signal that arrives just before poll() is noticed after this long.
constexpr int kPollMilliseconds = 100;

void listen(const Workers& workers, const PoolProgress& progress) {
  std::vector<pollfd> descriptors;
  for (const auto& worker : workers) {  // poll() skips the closed, which are negative
    descriptors.push_back({worker->messages_fd(), POLLIN, 0});
    descriptors.push_back({worker->errors_fd(), POLLIN, 0});
  }
  if (poll(descriptors.data(), descriptors.size(), kPollMilliseconds) <= 0) return;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    Worker& worker = *workers[i];
    const auto sink = [&](const models::Progress& report) {
      if (progress) progress(worker.index(), report);
    };
    if (descriptors[2 * i].revents != 0) worker.read_messages(sink);
    if (descriptors[2 * i + 1].revents != 0) worker.read_errors();
  }
}

void report_end(const Worker& worker, const PoolProgress& progress) {
  if (!progress) return;
  auto last = worker.progress();
  last.fraction = 1.0;
  progress(worker.index(), last);
}

void collect(Workers& workers, std::vector<JobResult>& results, const PoolProgress& progress) {
  std::erase_if(workers, [&](const std::unique_ptr<Worker>& worker) {
    if (!worker->is_finished()) return false;
    JobResult& result = results[worker->index()];
    try {
      result.record = worker->take_record();
      result.errors = worker->errors();
    } catch (const JobFailure& failure) {
      result.failure = failure.what();
    }
    report_end(*worker, progress);
    return true;
  });
}

}  // namespace

std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, std::size_t parallel,
                                const PoolProgress& progress) {
  std::vector<JobResult> results(jobs.size());
  Workers workers;
  std::size_t next = 0;
  while (next < jobs.size() || !workers.empty()) {
    throw_if_interrupted();
    while (workers.size() < parallel && next < jobs.size()) {
      workers.push_back(std::make_unique<Worker>(jobs[next], next, progress != nullptr));
      ++next;
    }
    listen(workers, progress);
    collect(workers, results, progress);
  }
  throw_if_interrupted();
  return results;
}

}  // namespace faultpath::cli
