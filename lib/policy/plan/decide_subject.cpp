// The subject: CN, attributes that the profile wants, OUs (decide_ous.cpp).
#include "policy/plan/draft.h"
#include "policy/subject_types.h"
#include "policy/text/resemblance.h"
#include "policy/text/subject_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

using Values = std::map<std::string, std::string>; // by type

std::string subject_field(const std::string& type) {
    return "subject " + type;
}

void decide_common_name(Draft& draft) {
    const std::string field = subject_field("CN");
    const std::vector<std::string> requested = draft.requested_values("CN");
    if (!draft.options.name && requested.empty())
        return;
    if (!draft.options.name && requested.size() > 1)
        return draft.refuse_part("cn-several", field, fmt::format("{}", fmt::join(requested, ", ")),
                                 "the request has several common names; say which one counts with --name");
    const std::string& name = draft.options.name ? *draft.options.name : requested.front();
    const std::string shown = requested.empty() ? name : fmt::format("{}", fmt::join(requested, ", "));
    if (const auto finding = judge_name(field, name))
        return draft.refuse_part(*finding, shown);
    if (const auto doubt = judge_scripts(field, name))
        draft.add(*doubt);
    if (shown == name)
        draft.grant(field, shown, name);
    else
        draft.change("cn-changed", field, shown, name, "the operator's name counts");
    draft.common_name = name;
}

// The operator's --attribute TYPE=VALUE, by canonical type.
Values read_options(Draft& draft) {
    Values given;
    for (const std::string& text : draft.options.attributes) {
        const std::size_t equals = text.find('=');
        const auto type = canonical_type(text.substr(0, equals));
        if (equals == std::string::npos || !type)
            draft.refuse_part("attribute-malformed", "subject " + text, text,
                              "write TYPE=VALUE with a type such as O, C, ST or L");
        else if (type == "CN" || type == "OU")
            draft.refuse_part("attribute-malformed", "subject " + text, text,
                              "the name and the OUs have options of their own: --name and --ou");
        else if (!given.emplace(*type, text.substr(equals + 1)).second)
            draft.refuse_part("attribute-repeated", subject_field(*type), text, "is given twice");
    }
    return given;
}

// What the CA's own subject says; the last one is the most specific.
std::optional<std::string> value_of_ca(const Draft& draft, const std::string& type) {
    const std::vector<std::string> values = draft.issuer().subject().values(type);
    return values.empty() ? std::nullopt : std::optional(values.back());
}

// One attribute that the profile names, and who says what about it.
struct Wish {
    const std::string& type;
    std::string field;
    std::optional<std::string> given;   // by the operator
    std::vector<std::string> requested; // by the request
    std::string shown;                  // the operator's, else the request's

    Wish(const Draft& draft, const std::string& type_, const Values& options)
        : type(type_), field(subject_field(type_)), requested(draft.requested_values(type_)) {
        if (const auto option = options.find(type); option != options.end())
            given = option->second;
        shown = given ? *given : fmt::format("{}", fmt::join(requested, ", "));
    }
    bool differs_from(const std::string& value) const { return !shown.empty() && shown != value; }
};

std::optional<std::string> fixed_value(Draft& draft, const Wish& wish, const std::string& value) {
    if (wish.given && wish.differs_from(value)) {
        draft.refuse_part("attribute-fixed", wish.field, wish.shown,
                          fmt::format("profile {} fixes it to '{}'", draft.profile.name, value));
        return std::nullopt;
    }
    if (wish.differs_from(value))
        draft.change("attribute-fixed", wish.field, wish.shown, value, "the profile fixes it");
    else
        draft.grant(wish.field, wish.shown, value, "the profile fixes it");
    return value;
}

std::optional<std::string> value_same_as_ca(Draft& draft, const Wish& wish) {
    auto value = value_of_ca(draft, wish.type);
    if (!value)
        draft.refuse_part("attribute-same-as-ca", wish.field, wish.shown,
                          "must be the CA's, and the CA's own subject has none");
    else if (wish.differs_from(*value))
        draft.refuse_part("attribute-same-as-ca", wish.field, wish.shown,
                          fmt::format("must be the CA's, which is '{}'", *value));
    else
        draft.grant(wish.field, wish.shown, *value, "the same as the CA's");
    return value;
}

std::optional<std::string> free_value(Draft& draft, const Wish& wish, bool is_required) {
    if (!wish.given && wish.requested.size() > 1) {
        draft.refuse_part(
            "attribute-several", wish.field, wish.shown,
            fmt::format("the request has several; say which one counts with --attribute {}=VALUE",
                        wish.type));
        return std::nullopt;
    }
    if (!wish.given && wish.requested.empty()) {
        if (is_required)
            draft.refuse_part(
                "attribute-missing", wish.field, {},
                fmt::format("profile {} requires it: --attribute {}=VALUE", draft.profile.name, wish.type));
        return std::nullopt;
    }
    const std::string& value = wish.given ? *wish.given : wish.requested.front();
    if (const auto finding = judge_attribute(wish.field, wish.type, value)) {
        draft.refuse_part(*finding, wish.shown);
        return std::nullopt;
    }
    if (const auto doubt = judge_scripts(wish.field, value))
        draft.add(*doubt);
    if (wish.given && !wish.requested.empty() && wish.requested != std::vector{value})
        draft.change("attribute-changed", wish.field, fmt::format("{}", fmt::join(wish.requested, ", ")),
                     value, "the operator's value counts");
    else
        draft.grant(wish.field, wish.shown, value);
    return value;
}

std::optional<std::string> decide_attribute(Draft& draft, const Wish& wish, const SubjectRule& rule) {
    switch (rule.kind) {
    case SubjectRule::Kind::fixed:
        return fixed_value(draft, wish, rule.value);
    case SubjectRule::Kind::same_as_ca:
        return value_same_as_ca(draft, wish);
    case SubjectRule::Kind::required:
        return free_value(draft, wish, true);
    case SubjectRule::Kind::optional:
        break;
    }
    return free_value(draft, wish, false);
}

void refuse_unwanted_options(Draft& draft, const Values& given) {
    std::vector<std::string> wanted;
    for (const auto& [type, rule] : draft.profile.subject)
        wanted.push_back(type);
    for (const auto& [type, value] : given)
        if (!draft.profile.subject.contains(type))
            draft.refuse_part(
                "attribute-unwanted", subject_field(type), value,
                wanted.empty()
                    ? fmt::format("profile {} wants no attributes", draft.profile.name)
                    : fmt::format("profile {} wants {}", draft.profile.name, fmt::join(wanted, ", ")));
}

void drop_unwanted_requests(Draft& draft) {
    if (!draft.request)
        return;
    for (const x509::RelativeName& part : draft.request->subject.parts())
        for (const auto& [type, value] : part)
            if (type != "CN" && type != "OU" && !draft.profile.subject.contains(type))
                draft.drop("attribute-dropped", subject_field(type),
                           fmt::format("{}", fmt::join(draft.requested_values(type), ", ")),
                           fmt::format("profile {} doesn't want it", draft.profile.name));
}

Values decide_attributes(Draft& draft) {
    const Values given = read_options(draft);
    std::vector<std::string> types;
    for (const auto& [type, rule] : draft.profile.subject)
        types.push_back(type);
    std::sort(types.begin(), types.end(), [](const std::string& a, const std::string& b) {
        return std::pair(subject_place(a), a) < std::pair(subject_place(b), b);
    });
    Values values;
    for (const std::string& type : types)
        if (auto value = decide_attribute(draft, Wish(draft, type, given), draft.profile.subject.at(type)))
            values.emplace(type, std::move(*value));
    refuse_unwanted_options(draft, given);
    drop_unwanted_requests(draft);
    return values;
}

x509::Name assemble(const Draft& draft, const Values& attributes) {
    std::vector<x509::Attribute> all;
    for (const auto& [type, value] : attributes)
        all.push_back({type, value});
    for (const std::string& ou : draft.ous)
        all.push_back({"OU", ou});
    if (!draft.common_name.empty())
        all.push_back({"CN", draft.common_name});
    std::stable_sort(all.begin(), all.end(), [](const x509::Attribute& a, const x509::Attribute& b) {
        return subject_place(a.type) < subject_place(b.type);
    });
    std::vector<x509::RelativeName> parts;
    for (x509::Attribute& attribute : all)
        parts.push_back({std::move(attribute)});
    return x509::Name(std::move(parts));
}

// Two names are one where they differ in nothing but case and spaces (RFC 5280 7.1), whatever strings they
// are written in; what only looks the same serves nobody but who wants to be taken for a CA.
bool look_alike(const x509::Name& a, const x509::Name& b) {
    return std::equal(a.parts().begin(), a.parts().end(), b.parts().begin(), b.parts().end(),
                      [](const x509::RelativeName& one, const x509::RelativeName& other) {
                          return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                                            [](const x509::Attribute& x, const x509::Attribute& y) {
                                                return x.type == y.type &&
                                                       appearance(x.value) == appearance(y.value);
                                            });
                      });
}

// A subject names one entity (RFC 5280 4.1.2.6); with the CA's it would be taken for a certificate of the CA.
void judge_as_ca(Draft& draft, const x509::Name& ca) {
    if (!draft.content.subject.empty() && look_alike(draft.content.subject, ca))
        return draft.refuse("subject-of-ca", "subject", {},
                            fmt::format("is that of the CA {}, or looks like it", ca.to_string()));
    const std::string name = ca.common_name();
    if (!name.empty() && appearance(draft.common_name) == appearance(name))
        draft.add({Severity::warning, "cn-of-ca", subject_field("CN"),
                   fmt::format("is, or looks like, the name of the CA {}", ca.to_string())});
}

} // namespace

void decide_subject(Draft& draft) {
    decide_common_name(draft);
    const Values attributes = decide_attributes(draft);
    decide_ous(draft);
    draft.content.subject = assemble(draft, attributes);
    judge_as_ca(draft, draft.issuer().subject());
    if (draft.facts.ca_subjects != nullptr)
        for (const x509::Name& ca : *draft.facts.ca_subjects)
            if (ca != draft.issuer().subject())
                judge_as_ca(draft, ca);
}

} // namespace mtlsca::policy
