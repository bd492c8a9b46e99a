#include "authority/certificate/annotation.h"

#include "encoding/hex.h"
#include "encoding/network.h"
#include "encoding/text.h"
#include "policy/plan/records.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

// Networks in one spelling; what is no network is left to the judge.
std::string canonical_network(const std::string& text) {
    const auto network = encoding::parse_network(text);
    return network ? network->to_string() : text;
}

template <typename Value>
bool contains(const std::vector<Value>& values, const Value& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

// What was judged at its issue is not judged again, or a rule that came later would stand in the way of every
// edit; bindings are, as a whole, because they may lie within each other.
policy::SigningOptions to_judge(const store::Certificate& certificate, const AnnotationWish& wish) {
    policy::SigningOptions options;
    options.owner = wish.owner.value_or("");
    options.labels = wish.labels;
    std::vector<std::string> removed;
    for (const std::string& network : wish.removed_bindings)
        removed.push_back(canonical_network(network));
    for (const std::string& network : certificate.bindings)
        if (!contains(removed, network))
            options.bindings.push_back(network);
    options.bindings.insert(options.bindings.end(), wish.bindings.begin(), wish.bindings.end());
    return options;
}

Findings contradictions(const AnnotationWish& wish) {
    Findings findings;
    for (const std::string& label : wish.labels)
        if (contains(wish.removed_labels, label.substr(0, label.find('='))))
            findings.push_back(
                {Severity::error, "label-contradiction", "label " + label, "is to be set and to be removed"});
    for (const std::string& network : wish.removed_bindings)
        if (!encoding::parse_network(network))
            findings.push_back({Severity::error, "binding-malformed", "binding " + network,
                                "is no address and no network such as 10.1.0.0/16"});
    return findings;
}

std::vector<store::Label> new_labels(const std::vector<store::Label>& old,
                                     const std::vector<policy::Label>& set,
                                     const std::vector<std::string>& removed) {
    std::vector<store::Label> labels;
    for (const store::Label& label : old)
        if (!contains(removed, label.key))
            labels.push_back(label);
    for (const policy::Label& label : set) {
        const auto same_key = std::find_if(labels.begin(), labels.end(),
                                           [&](const store::Label& one) { return one.key == label.key; });
        if (same_key == labels.end())
            labels.push_back({label.key, label.value});
        else
            same_key->value = label.value;
    }
    return labels;
}

std::optional<std::string> value_of(const std::vector<store::Label>& labels, const std::string& key) {
    for (const store::Label& label : labels)
        if (label.key == key)
            return label.value;
    return std::nullopt;
}

// A label may have an empty value, which is another thing than no label.
std::string shown(const std::optional<std::string>& value) {
    return value ? encoding::shell_word(*value) : "";
}

std::vector<AnnotatedField> differences(const store::Annotation& before, const store::Annotation& after) {
    std::vector<AnnotatedField> changes;
    if (before.owner != after.owner)
        changes.push_back({"owner", before.owner.empty() ? "" : encoding::shell_word(before.owner),
                           after.owner.empty() ? "" : encoding::shell_word(after.owner)});
    for (const store::Label& label : before.labels)
        if (const auto now = value_of(after.labels, label.key); now != label.value)
            changes.push_back({"label " + label.key, shown(label.value), shown(now)});
    for (const store::Label& label : after.labels)
        if (!value_of(before.labels, label.key))
            changes.push_back({"label " + label.key, "", shown(label.value)});
    if (before.bindings != after.bindings)
        changes.push_back({"bindings", fmt::format("{}", fmt::join(before.bindings, ",")),
                           fmt::format("{}", fmt::join(after.bindings, ","))});
    return changes;
}

// "owner alice → 'Team Pay'; label env (none) → prod": values as words of a shell, so that none of them can
// look like several.
std::string audit_detail(const std::vector<AnnotatedField>& changes) {
    std::string detail;
    for (const AnnotatedField& change : changes)
        detail += fmt::format("{}{} {} → {}", detail.empty() ? "" : "; ", change.field,
                              change.before.empty() ? "(none)" : change.before,
                              change.after.empty() ? "(none)" : change.after);
    return detail;
}

} // namespace

Annotated plan_annotation(const store::Certificate& certificate, const AnnotationWish& wish) {
    policy::Records records = policy::judge_records(to_judge(certificate, wish));
    for (Finding& finding : contradictions(wish))
        records.findings.push_back(std::move(finding));
    if (has_errors(records.findings))
        throw Error(Code::refused, certificate.name, "refused by policy", "the rules are those of issue",
                    std::move(records.findings));
    const store::Annotation before = store::annotation_of(certificate);
    Annotated annotated{certificate, {}, std::move(records.findings)};
    annotated.certificate.owner = wish.owner.value_or(certificate.owner);
    annotated.certificate.labels = new_labels(certificate.labels, records.labels, wish.removed_labels);
    annotated.certificate.bindings = std::move(records.bindings);
    annotated.changes = differences(before, store::annotation_of(annotated.certificate));
    return annotated;
}

std::vector<Annotated> annotate(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates,
                                const AnnotationWish& wish) {
    const io::FolderLock lock = ca.lock();
    store::Transaction transaction(ca.database());
    std::vector<Annotated> done;
    for (const store::Certificate& selected : certificates) {
        // Somebody may have annotated it since it was selected.
        const auto certificate = store::by_id(ca.database(), selected.id);
        if (!certificate)
            throw Error(Code::not_found, encoding::to_upper_hex(selected.serial), "is not in the inventory");
        Annotated annotated = plan_annotation(*certificate, wish);
        if (!annotated.changes.empty()) {
            store::annotate(transaction, *certificate, store::annotation_of(annotated.certificate));
            record_event(transaction, run, "annotated", certificate->serial, audit_detail(annotated.changes));
        }
        done.push_back(std::move(annotated));
    }
    transaction.commit();
    return done;
}

} // namespace mtlsca::authority
