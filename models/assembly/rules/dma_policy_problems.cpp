// Strategies that act around DMA against declared areas.
#include "models/assembly/rules/dma_policy_problems.hpp"

#include "models/strategy/strategy_traits.hpp"

namespace faultpath::models {

std::vector<SpecProblem> dma_policy_problems(const Plan& plan) {
  std::vector<SpecProblem> problems;
  for (const Plan::Table& table : plan.tables) {
    const std::vector<AreaSpec>* const areas = plan.processes[table.process].areas;
    if (areas == nullptr || areas->empty()) continue;
    if (!traits_of(*table.strategy).acts_around_dma) continue;
    // Tables of one strategy are blamed once.
    if (!problems.empty() && problems.back().path == table.strategy_path) continue;
    problems.push_back({table.strategy_path,
                        "software that acts before each operation is modelled for processes "
                        "without areas only"});
  }
  return problems;
}

}  // namespace faultpath::models
