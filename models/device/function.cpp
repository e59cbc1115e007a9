// The parts of a function, wired, and the messages that come to it.
#include "models/device/function.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "models/device/on_demand_paging.hpp"
#include "models/device/software_resume.hpp"
#include "sim/overloaded.hpp"

namespace faultpath::models {
namespace {

std::shared_ptr<PageRequestInterface> interface_of(const DeviceSpec& spec,
                                                   const FunctionWiring& wiring) {
  if (wiring.interface) return wiring.interface;
  return std::make_shared<PageRequestInterface>(spec.pri);
}

std::unique_ptr<FaultAsker> asker_of(FunctionContext& function, const FunctionPlan& plan,
                                     const FaultAsker::Neighbours& neighbours) {
  const OnFault& on_fault = function.spec.on_fault;
  if (const auto* const partial = std::get_if<PartialSpec>(&on_fault)) {
    return std::make_unique<SoftwareResume>(function, neighbours, *partial);
  }
  if (!plan.paging) return nullptr;
  const bool responder = !make_fault_reaction(on_fault)->always_waits();
  return std::make_unique<OnDemandPaging>(function, neighbours, *plan.paging, responder);
}

}  // namespace

// A part gets references to parts that are constructed after it. No part uses another one before
// start().
Function::Function(const DeviceSpec& spec, FunctionPlan plan, const FunctionWiring& wiring)
    : context_(spec, plan, wiring),
      pri_(interface_of(spec, wiring)),
      service_(spec.contexts),
      translation_(context_, {service_, records_, lookahead_, engine_, up_, wiring.observer}),
      records_(context_, wiring.stop),
      lookahead_({wiring.simulation, wiring.stop, *pri_, up_, down_}),
      asker_(asker_of(context_, plan, {records_, lookahead_, engine_, down_, wiring.services})),
      faults_(context_,
              {service_, records_, translation_, lookahead_, *pri_, up_, down_, asker_.get()},
              std::move(plan.nonfaultable)),
      operations_(context_, {service_, translation_, faults_, engine_, issuer_, lookahead_, gate_,
                             up_, down_, wiring.services}),
      engine_(context_, plan.links.value_or(DeviceLinks(spec.link)), wiring.stop, schedule_,
              issuer_, gate_),
      gate_(context_, engine_, issuer_, wiring.policy),
      issuer_(context_, {service_, lookahead_, wiring.stop, operations_, control_}, schedule_),
      schedule_(spec.workload, std::move(plan.workloads), context_.stream("arrivals")),
      up_(wiring.simulation.calendar(), engine_.links().up,
          wiring.simulation.calendar().new_rank()),
      down_(wiring.simulation.calendar(), engine_.links().down, std::nullopt),
      control_(context_,
               {service_, translation_, faults_, engine_, issuer_, lookahead_, *pri_, up_,
                wiring.services},
               std::move(plan.incidents)) {
  if (asker_) context_.most_pages = asker_->most_pages();
  lookahead_.enable(plan.lookahead && !gate_.has_policy());
  down_.connect<&Function::receive>(*this);
}

void Function::start(sim::Handler finished, bool revocable) {
  lookahead_.set_revocable(revocable);
  schedule_.start(context_.now());
  control_.start(finished);
  issuer_.advance();
}

void Function::receive(const DownMessage& message) {
  lookahead_.interfere();
  std::visit(sim::Overloaded{
                 [this](const AtsCompletion& completion) { translation_.complete(completion); },
                 [this](const GroupResponse& response) { faults_.receive(response); },
                 [this](const DeviceInvalidation& request) {
                   context_.start(translation_.invalidate(request));
                 },
                 [this](const BackupRingDoorbell& doorbell) { operations_.ring(doorbell); },
                 [this](const ResumeDoorbell& doorbell) { asker_->ring(doorbell); }},
             message);
}

}  // namespace faultpath::models
