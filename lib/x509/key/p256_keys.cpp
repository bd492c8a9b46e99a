// Of what is deprecated since 3.0 EC_POINTs_make_affine and EC_POINT_get_Jprojective_coordinates_GFp have no
// successor. Without them the result is the same, later.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "x509/key/p256_keys.h"

#include "encoding/der.h"
#include "x509/key/pkcs8.h"
#include "x509/oid.h"
#include "x509/openssl.h"
#include "x509/per_thread.h"

#include <algorithm>
#include <array>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "private key";
constexpr const char* what = "cannot be generated";
constexpr std::size_t scalar_octets = 32, point_octets = 1 + 2 * scalar_octets;

using PointPtr = openssl::Owned<EC_POINT, EC_POINT_clear_free>;
using NumbersPtr = openssl::Owned<BN_CTX, BN_CTX_free>;

template <class Handle>
Handle* made(Handle* handle) {
    return openssl::must(handle, object, what);
}
void done(int result) {
    openssl::must(result, object, what);
}

// What all keys have in common.
struct Layouts {
    Bytes spki;
    Pkcs8Layout pkcs8;
};

Layouts lay_out() {
    const Bytes algorithm =
        der::element(der::sequence, {der::oid_element(oid::ec_public_key), der::oid_element(oid::ec_p256)});
    const Bytes point(point_octets);
    return {der::element(der::sequence, {algorithm, der::bit_string_element(point)}),
            ec_pkcs8_layout(algorithm, scalar_octets, point)};
}

class Maker {
public:
    Maker()
        : group_(made(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1))), numbers_(made(BN_CTX_secure_new())),
          scalar_(made(BN_secure_new())), x_(made(BN_new())), y_(made(BN_new())) {
        BN_set_flags(scalar_.get(), BN_FLG_CONSTTIME);
    }

    std::vector<FreshKey> make(std::size_t count) {
        static const Layouts layouts = lay_out();
        std::vector<FreshKey> keys(count);
        if (count == 0)
            return keys;
        const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> wiped(scalar_.get(), BN_clear);
        std::vector<PointPtr> points;
        points.reserve(count);
        Secret random(count * scalar_octets); // at once: asking costs more than the octets
        auto* octets = reinterpret_cast<std::uint8_t*>(random.data());
        done(RAND_priv_bytes(octets, static_cast<int>(random.size())));
        for (FreshKey& key : keys) {
            key.spki = layouts.spki;
            key.pkcs8 = Secret(as_text(layouts.pkcs8.der));
            auto* scalar = reinterpret_cast<std::uint8_t*>(key.pkcs8.data()) + layouts.pkcs8.scalar_at;
            std::copy_n(octets, scalar_octets, scalar);
            octets += scalar_octets;
            choose_scalar(scalar);
            points.emplace_back(made(EC_POINT_new(group_.get())));
            done(EC_POINT_mul(group_.get(), points.back().get(), scalar_.get(), nullptr, nullptr,
                              numbers_.get()));
        }
        std::vector<EC_POINT*> handles;
        for (const PointPtr& point : points)
            handles.push_back(point.get());
        done(EC_POINTs_make_affine(group_.get(), count, handles.data(), numbers_.get()));
        for (std::size_t i = 0; i < count; ++i) {
            // In both texts the point stands at the end.
            std::uint8_t* point = keys[i].spki.data() + keys[i].spki.size() - point_octets;
            write_point(handles[i], point);
            std::copy_n(point, point_octets, keys[i].pkcs8.data() + keys[i].pkcs8.size() - point_octets);
        }
        return keys;
    }

private:
    // `octets` are random; others take their place where they are zero or not below the order: one of 2^32.
    void choose_scalar(std::uint8_t* octets) {
        made(BN_bin2bn(octets, scalar_octets, scalar_.get()));
        while (BN_is_zero(scalar_.get()) == 1 ||
               BN_cmp(scalar_.get(), EC_GROUP_get0_order(group_.get())) >= 0) {
            done(RAND_priv_bytes(octets, scalar_octets));
            made(BN_bin2bn(octets, scalar_octets, scalar_.get()));
        }
    }

    // Uncompressed (SEC 1 2.3.3). The point is affine: its Jacobian coordinates are its coordinates.
    // EC_POINT_point2oct would divide all the same.
    void write_point(const EC_POINT* point, std::uint8_t* to) {
        done(EC_POINT_get_Jprojective_coordinates_GFp(group_.get(), point, x_.get(), y_.get(), nullptr,
                                                      numbers_.get()));
        constexpr int size = static_cast<int>(scalar_octets);
        *to = 4;
        if (BN_bn2binpad(x_.get(), to + 1, size) != size ||
            BN_bn2binpad(y_.get(), to + 1 + scalar_octets, size) != size)
            openssl::fail(object, what);
    }

    openssl::GroupPtr group_;
    NumbersPtr numbers_;
    openssl::BignumPtr scalar_, x_, y_;
};

} // namespace

std::vector<FreshKey> make_p256_keys(std::size_t count) {
    static const PerThread<Maker> makers;
    return makers.get().make(count);
}

} // namespace mtlsca::x509
