// The costs of one VMM, drawn anew each time.
#pragma once

#include <string>

#include "models/cpu/random_cost.hpp"
#include "models/guest/vmm_spec.hpp"
#include "sim/simulation.hpp"

namespace faultpath::models {

/// Each has a random stream of its own.
struct VmmCosts {
  VmmCosts(const sim::Simulation& simulation, const VmmCostSpec& spec, const std::string& path)
      : enqueue(simulation, spec.enqueue, path, "enqueue"),
        wake_up(simulation, spec.wake_up, path, "wake-up"),
        read(simulation, spec.read, path, "read"),
        describe(simulation, spec.describe, path, "describe"),
        invalidate(simulation, spec.invalidate, path, "invalidate"),
        inject(simulation, spec.inject, path, "inject"),
        irqfd(simulation, spec.irqfd, path, "irqfd"),
        exit(simulation, spec.exit, path, "exit"),
        access(simulation, spec.access, path, "access"),
        answer(simulation, spec.answer, path, "answer"),
        respond(simulation, spec.respond, path, "respond"),
        shadow(simulation, spec.shadow, path, "shadow"),
        table_read(simulation, spec.table_read, path, "table read") {}

  RandomCost enqueue, wake_up, read, describe, invalidate, inject, irqfd, exit, access, answer,
      respond, shadow, table_read;
};

}  // namespace faultpath::models
