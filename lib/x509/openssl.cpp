#include "x509/openssl.h"

#include <limits>
#include <openssl/objects.h>

namespace mtlsca::x509::openssl {

std::string take_reason() {
    // The outer calls mostly add "ASN1 lib"; the first in the queue is the cause.
    std::string reason;
    while (const unsigned long error = ERR_get_error()) {
        const char* text = ERR_reason_error_string(error);
        if (text != nullptr && reason.empty())
            reason = text;
    }
    return reason.empty() ? "no reason given" : reason;
}

void fail(std::string_view object, std::string_view what) {
    throw Error(Code::failed, std::string(object), std::string(what) + ": " + take_reason());
}

BioPtr memory_bio(ByteView bytes) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw Error(Code::failed, "openssl", "more than 2 GiB of input");
    return BioPtr(
        must(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), "openssl", "no memory"));
}

ByteView written_to(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    if (size <= 0)
        return {};
    return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

std::string object_name(const std::string& dotted) {
    const QuietErrors quiet;
    const int nid = OBJ_txt2nid(dotted.c_str());
    return nid == NID_undef ? dotted : OBJ_nid2sn(nid);
}

Bytes object_identifier(const std::string& name) {
    if (name.find('\0') != std::string::npos)
        return {};
    const QuietErrors quiet;
    const ObjectPtr object(OBJ_txt2obj(name.c_str(), 0));
    if (!object)
        return {};
    const unsigned char* content = OBJ_get0_data(object.get());
    return Bytes(content, content + OBJ_length(object.get()));
}

} // namespace mtlsca::x509::openssl
