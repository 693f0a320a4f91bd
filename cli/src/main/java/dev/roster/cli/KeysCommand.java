package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.division.KeyState;
import dev.roster.division.Keys;
import dev.roster.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys of a division, for anybody. */
@Command(
        name = "keys",
        description = "Adds, removes, lists, retries and releases the keys of a division.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster keys add -s sqlite:work.db -g fetch --keys urls.txt",
            "  roster keys list -s sqlite:work.db -g fetch --prefix feed/ --json",
            "  roster keys retry -s sqlite:work.db -g fetch --failed"
        })
final class KeysCommand implements Runnable {
    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing: add, remove, list, retry or release.");
    }

    /** Which keys. */
    static final class Choice {
        @Mixin GroupChoice where = new GroupChoice();

        @Option(
                names = {"-d", "--division"},
                paramLabel = "NAME",
                defaultValue = "work",
                description = "The division. Default: ${DEFAULT-VALUE}.")
        private String division = "work";

        @Option(
                names = {"-k", "--keys"},
                paramLabel = "FILE",
                description = "Keys from a file, one a line; - is standard input.")
        private @Nullable String file;

        @Parameters(arity = "0..*", paramLabel = "KEY", description = "Keys.")
        private List<String> keys = List.of();

        @Option(names = "--json", description = "Writes JSON, an object a line.")
        boolean json;

        /** The keys that are named, one way or the other. */
        List<String> named() throws IOException {
            List<String> all = new ArrayList<>(keys);
            if (file != null) {
                all.addAll(KeySource.read(file));
            }
            return all;
        }

        boolean namesSome() {
            return file != null || !keys.isEmpty();
        }

        Keys of(Store store) {
            return Keys.of(store, where.group(), division);
        }

        /** Does something to keys and says to how many. */
        int apply(String verb, Collection<String> named, Store store, ToIntFunction<Keys> what) {
            int changed = what.applyAsInt(of(store));
            System.out.println(
                    json
                            ? new Json().put("keys", named.size()).put(verb, changed).toString()
                            : "%d of %d keys %s".formatted(changed, named.size(), verb));
            return ExitCodes.OK;
        }
    }

    /** Which of the keys that are there. */
    static final class Existing {
        @Spec(Spec.Target.MIXEE)
        private @SuppressWarnings("NullAway.Init") CommandSpec spec;

        @Mixin Choice choice = new Choice();

        @Option(
                names = "--prefix",
                paramLabel = "TEXT",
                description = "All keys that begin with it; '' means all.")
        private @Nullable String prefix;

        List<String> of(Store store) throws IOException {
            if (!choice.namesSome() && prefix == null) {
                throw new ParameterException(
                        spec.commandLine(), "Missing: name keys, or give --keys or --prefix.");
            }
            List<String> named = choice.named();
            if (prefix != null) {
                named.addAll(choice.of(store).list(prefix));
            }
            return named;
        }
    }

    @Command(
            name = "add",
            description = "Adds keys; those that are there, done or not, stay as they are.",
            footerHeading = "%nExample:%n",
            footer = "  ls *.wav | roster keys add -s sqlite:work.db -g wav --keys -")
    int add(@Mixin Choice choice) throws IOException {
        List<String> named = choice.named();
        if (!choice.namesSome()) {
            throw new InvalidInputException("No keys: name some, or give --keys FILE.");
        }
        try (Store store = choice.where.open()) {
            return choice.apply("added", named, store, keys -> keys.add(named));
        }
    }

    @Command(
            name = "remove",
            description = "Removes keys, whatever their state; what runs for them is stopped.",
            footerHeading = "%nExample:%n",
            footer = "  roster keys remove -s sqlite:work.db -g wav --prefix old/")
    int remove(@Mixin Existing existing) throws IOException {
        try (Store store = existing.choice.where.open()) {
            List<String> named = existing.of(store);
            return existing.choice.apply("removed", named, store, keys -> keys.remove(named));
        }
    }

    @Command(
            name = "retry",
            description = "Lets keys that failed, or are done, be worked on again.",
            footerHeading = "%nExample:%n",
            footer = "  roster keys retry -s sqlite:work.db -g wav --failed")
    int retry(
            @Mixin Existing existing,
            @Option(names = "--failed", description = "All keys that failed.") boolean failed)
            throws IOException {
        try (Store store = existing.choice.where.open()) {
            List<String> named = failed ? failed(existing.choice.of(store)) : existing.of(store);
            return existing.choice.apply("retried", named, store, keys -> keys.retry(named));
        }
    }

    private static List<String> failed(Keys keys) {
        return keys.states("").stream()
                .filter(key -> key.state() == KeyState.State.FAILED)
                .map(KeyState::key)
                .toList();
    }

    @Command(
            name = "release",
            description = "Makes the owners of keys give them up, for other members.",
            footerHeading = "%nExample:%n",
            footer = "  roster keys release -s sqlite:work.db -g feeds feed/17")
    int release(@Mixin Existing existing) throws IOException {
        try (Store store = existing.choice.where.open()) {
            List<String> named = existing.of(store);
            return existing.choice.apply("released", named, store, keys -> keys.release(named));
        }
    }

    @Command(
            name = "list",
            description = "Lists keys: state, owner or who ended it, attempts, key.",
            footerHeading = "%nExample:%n",
            footer = "  roster keys list -s sqlite:work.db -g wav --state failed")
    int list(
            @Mixin Choice choice,
            @Option(
                            names = "--prefix",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "Only keys that begin with it.")
                    String prefix,
            @Option(
                            names = "--state",
                            description = "Only keys in this state: ${COMPLETION-CANDIDATES}.")
                    KeyState.@Nullable State state)
            throws IOException {
        try (Store store = choice.where.open()) {
            List<String> named = choice.named();
            for (KeyState key : choice.of(store).states(prefix)) {
                if ((state == null || key.state() == state)
                        && (!choice.namesSome() || named.contains(key.key()))) {
                    System.out.println(
                            choice.json ? KeyTexts.json(key).toString() : KeyTexts.line(key));
                }
            }
            return ExitCodes.OK;
        }
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
