// The way into the models.
#include "models/assembly/run.hpp"

#include "models/assembly/system.hpp"

namespace faultpath::models {

RunOutcome run_system(const SystemSpec& spec, const RunHooks& hooks) {
  System system(spec, hooks);
  return system.run();
}

}  // namespace faultpath::models
