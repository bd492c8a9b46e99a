#include "authority/backup/backup.h"
#include "authority/made_ca.h"

#include <catch2/catch.hpp>

using namespace made_ca;

TEST_CASE("a copy of the database that an upgrade could not remove is removed by the next one, which has "
          "nothing to do") {
    MadeCa made;
    const io::Path copy = made.home() / ".upgrade.dead01";
    io::make_folder(copy, 0700);
    io::write_file(copy / "mtlsca.db", "a copy", io::Mode::private_file);
    const authority::Upgraded upgraded =
        authority::upgrade(made.home(), made.home() / "backup", made.run("db upgrade"), 1s);
    CHECK(upgraded.from == upgraded.to);
    CHECK_FALSE(io::exists(copy));
}
