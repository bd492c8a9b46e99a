// Commands in turn, round after round, so that whatever else the machine does meets all of them alike.
//
//   paired ROUNDS < PLAN
//
// A line of the plan is a command: a name, the file that takes its output, and its words, separated by tabs.
// Lines with the same name are the steps of one thing, run one after the other. "{round}" in a word is the
// number of the round. Each round runs all names, every second one backwards. Before each the disk gets what
// was written before: else whoever syncs would pay for whoever does not.
//
// A line of JSON for each: wall time, processor time and peak memory of all its processes, those included
// that they waited for. A small program of its own, because a process that is born from a large one begins
// with its size (getrusage(2), ru_maxrss). A command that fails ends it; 10, which is mtlsca's warning that
// it has found something, is no failure.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Step {
    std::string output;
    std::vector<std::string> words;
};

struct Thing {
    std::string name;
    std::vector<Step> steps;
};

struct Cost {
    double seconds = 0, processor_seconds = 0;
    long peak_kilobytes = 0;
};

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> words(1);
    for (const char c : line) {
        if (c == '\t')
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

std::vector<Thing> read_plan() {
    std::vector<Thing> plan;
    for (std::string line; std::getline(std::cin, line);) {
        std::vector<std::string> words = split(line);
        if (words.size() < 3)
            throw std::runtime_error(line + ": a name, a file, and words");
        if (plan.empty() || plan.back().name != words[0])
            plan.push_back({words[0], {}});
        plan.back().steps.push_back({words[1], {words.begin() + 2, words.end()}});
    }
    return plan;
}

std::string in_round(std::string word, int round) {
    const std::string mark = "{round}";
    for (std::size_t at = word.find(mark); at != std::string::npos; at = word.find(mark))
        word.replace(at, mark.size(), std::to_string(round));
    return word;
}

[[noreturn]] void become(const std::vector<std::string>& words, const std::string& output) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0 && ::dup2(file, STDOUT_FILENO) >= 0)
        ::execvp(arguments[0], arguments.data());
    std::perror(arguments[0]);
    ::_exit(127);
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void run(const Step& step, int round, Cost& cost) {
    std::vector<std::string> words;
    for (const std::string& word : step.words)
        words.push_back(in_round(word, round));
    const pid_t child = ::fork();
    if (child == 0)
        become(words, step.output);
    int status = 0;
    rusage usage{};
    if (child < 0 || ::wait4(child, &status, 0, &usage) != child)
        throw std::runtime_error("fork");
    constexpr int warning = 10, critical = 11;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    if (code != 0 && code != warning && code != critical) {
        std::string line;
        for (const std::string& word : words)
            line += word + " ";
        throw std::runtime_error(line + "ended with " + std::to_string(code));
    }
    cost.processor_seconds += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    cost.peak_kilobytes = std::max(cost.peak_kilobytes, usage.ru_maxrss);
}

void measure(const Thing& thing, int round) {
    Cost cost;
    ::sync();
    const auto start = std::chrono::steady_clock::now();
    for (const Step& step : thing.steps)
        run(step, round, cost);
    cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf(
        "{\"round\":%d,\"name\":\"%s\",\"seconds\":%.6f,\"processor_seconds\":%.6f,\"peak_kilobytes\":%ld}\n",
        round, thing.name.c_str(), cost.seconds, cost.processor_seconds, cost.peak_kilobytes);
    std::fflush(stdout);
}

} // namespace

int main(int count, char** arguments) {
    try {
        if (count != 2)
            throw std::runtime_error("ROUNDS");
        std::vector<Thing> plan = read_plan();
        for (int round = 1; round <= std::stoi(arguments[1]); ++round) {
            for (const Thing& thing : plan)
                measure(thing, round);
            std::reverse(plan.begin(), plan.end());
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "paired: %s\n", error.what());
        return 1;
    }
}
