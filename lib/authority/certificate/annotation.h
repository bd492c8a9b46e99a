// What people say of certificates that are issued already: owner, labels, networks.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// As typed. What is not named stays as it is.
struct AnnotationWish {
    std::optional<std::string> owner;        // empty: nobody
    std::vector<std::string> labels;         // "env=prod", in place of what the key's value was
    std::vector<std::string> removed_labels; // keys; those that are not there are fine
    std::vector<std::string> bindings, removed_bindings;
};

struct AnnotatedField {
    std::string field;         // "owner", "label env", "bindings"
    std::string before, after; // empty: none
};

struct Annotated {
    store::Certificate certificate; // as it is now
    std::vector<AnnotatedField> changes;
    Findings notes; // what of the wish was dropped, and why
};

// What annotate() would do. Error(refused) with every finding: the rules are those of `issue`.
Annotated plan_annotation(const store::Certificate& certificate, const AnnotationWish& wish);

// All or none, each with its audit entry, which holds the old and the new value. Where nothing changes
// nothing is written.
std::vector<Annotated> annotate(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates,
                                const AnnotationWish& wish);

} // namespace mtlsca::authority
