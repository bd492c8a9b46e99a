#include "authority/crl/newest_crls.h"

#include "encoding/pem.h"

namespace mtlsca::authority {

bool NewestCrls::look_at(const io::Path& file) {
    const io::MappedFile mapped(file);
    if (!encoding::looks_like_pem(mapped.bytes()))
        return consider(mapped.bytes(), file);
    bool is_ours = false;
    for (const encoding::PemBlock& block : encoding::read_pem(as_text(mapped.bytes()), file))
        if (block.label == "X509 CRL")
            is_ours = consider(block.der, file) || is_ours;
    return is_ours;
}

bool NewestCrls::consider(ByteView der, const io::Path& source) {
    const x509::Crl crl = x509::Crl::read(der, source);
    const auto number = number_of(crl);
    if (!number || crl.is_delta())
        return false;
    for (const Tier& tier : ca_.tiers()) {
        if (!is_crl_of(crl, tier))
            continue;
        const auto known = found_.find(tier.record.id);
        if (known != found_.end() && known->second.number >= *number)
            return true;
        const io::Path copy = folder_ / (tier.name() + ".crl");
        io::write_file(copy, der, io::Mode::public_file);
        found_[tier.record.id] = {*number, source, copy};
        return true;
    }
    return false;
}

} // namespace mtlsca::authority
