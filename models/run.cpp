// The way into the models.
#include "models/run.hpp"

#include "models/system.hpp"

namespace faultpath::models {

RunOutcome run_system(const SystemSpec& spec, const RunHooks& hooks) {
  System system(spec, hooks);
  return system.run();
}

}  // namespace faultpath::models
