#include "authority/health/parts.h"

#include <algorithm>

namespace mtlsca::authority {

Duration Threshold::of(Time not_before, Time not_after) const {
    const Duration wanted = left.before_end(not_after - not_before);
    return left.is_share() ? std::min(wanted, most) : wanted;
}

Duration Threshold::longest() const {
    return left.is_share() ? most : left.before_end({});
}

void put_worst_first(Symptoms& symptoms) {
    std::stable_sort(symptoms.begin(), symptoms.end(), [](const Symptom& left, const Symptom& right) {
        return left.severity > right.severity;
    });
}

Health examine(Ca& ca, Time now, const HealthOptions& options) {
    Health health;
    health.now = now;
    health.is_deep = options.deep;
    const Examination examination{ca, now, options, health};
    {
        const store::Snapshot snapshot(ca.database());
        examine_tiers(examination);
        examine_responders(examination);
        examine_certificates(examination);
        examine_records(examination);
    }
    examine_files(examination);
    put_worst_first(health.symptoms);
    return health;
}

} // namespace mtlsca::authority
