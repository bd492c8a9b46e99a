// What stands in the inventory and not in the certificate: owner, labels, bindings.
#include "policy/plan/draft.h"
#include "policy/plan/records.h"
#include "policy/text/subject_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

void decide_owner(Draft& draft) {
    const std::string& owner = draft.options.owner;
    if (owner.empty())
        return;
    if (const auto finding = judge_owner(owner))
        draft.refuse(*finding, owner);
    else
        draft.grant("owner", owner, owner);
}

void decide_label(Draft& draft, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
        return draft.refuse("label-malformed", "label " + text, text, "write KEY=VALUE");
    const Label label{text.substr(0, equals), text.substr(equals + 1)};
    const std::string field = "label " + label.key;
    if (const auto finding = judge_label(label.key, label.value))
        return draft.refuse(*finding, label.value);
    const bool is_repeated = std::any_of(draft.labels.begin(), draft.labels.end(),
                                         [&](const Label& one) { return one.key == label.key; });
    if (is_repeated)
        return draft.refuse("label-repeated", field, label.value, "has a value already");
    draft.grant(field, label.value, label.value);
    draft.labels.push_back(label);
}

struct Binding {
    encoding::Network network;
    std::string text;
};

std::vector<Binding> read_bindings(Draft& draft) {
    std::vector<Binding> bindings;
    for (const std::string& text : draft.options.bindings) {
        if (auto network = encoding::parse_network(text)) {
            std::string canonical = network->to_string();
            bindings.push_back({std::move(*network), std::move(canonical)});
            continue;
        }
        draft.refuse(
            "binding-malformed", "binding " + text, text,
            "is no address and no network such as 10.1.0.0/16 (bits behind the prefix must be zero)");
    }
    return bindings;
}

// A network within another that is bound too says nothing more.
void decide_bindings(Draft& draft) {
    const std::vector<Binding> bindings = read_bindings(draft);
    for (const Binding& binding : bindings) {
        const std::string field = "binding " + binding.text;
        const auto wider = std::find_if(bindings.begin(), bindings.end(), [&](const Binding& other) {
            return other.network != binding.network && other.network.contains(binding.network);
        });
        if (wider != bindings.end()) {
            draft.drop("binding-dropped", field, binding.text, fmt::format("lies within {}", wider->text));
        } else if (!contains(draft.bindings, binding.text)) {
            draft.grant(field, binding.text, binding.text);
            draft.bindings.push_back(binding.text);
        }
    }
}

} // namespace

void decide_records(Draft& draft) {
    decide_owner(draft);
    for (const std::string& label : draft.options.labels)
        decide_label(draft, label);
    decide_bindings(draft);
}

Records judge_records(const SigningOptions& wishes) {
    const Config config;
    const Profile profile;
    const Facts facts;
    Draft draft{config, profile, nullptr, nullptr, wishes, facts, {}, {}, {}, {}, {}, {}, {}, true, {}, {}};
    decide_records(draft);
    return {wishes.owner, std::move(draft.labels), std::move(draft.bindings), std::move(draft.findings)};
}

} // namespace mtlsca::policy
