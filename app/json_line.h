// One JSON object on one line, ASCII only, written member by member. For what is printed a million times: an
// object of the JSON library costs several times as much.
#pragma once

#include "bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::app {

class JsonLine {
public:
    JsonLine();
    JsonLine& add(std::string_view key, std::string_view text);
    JsonLine& add_or_null(std::string_view key, std::string_view text); // null where it is empty
    JsonLine& add(std::string_view key, const std::vector<std::string>& texts);
    JsonLine& add_null(std::string_view key);
    JsonLine& add_json(std::string_view key, std::string_view json); // a value that is JSON already
    JsonLine& add_members(std::string_view object); // of an object that is JSON already and not empty
    std::string take();                             // the object; what is added afterwards begins another one

private:
    void begin(std::string_view key);
    std::string text_;
};

// A text that holds a secret as a string of JSON, with its quotes and ASCII only.
Secret secret_json_string(std::string_view text);

} // namespace mtlsca::app
