package dev.roster.cli;

import dev.roster.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which store, from an option or the environment. */
final class StoreChoice {
    @Spec(Target.MIXEE)
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(
            names = {"-s", "--store"},
            paramLabel = "URL",
            description = "The store, such as sqlite:work.db. Default: $ROSTER_STORE.")
    private @Nullable String store;

    Store open() {
        String url = store == null ? System.getenv("ROSTER_STORE") : store;
        if (url == null || url.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing: give --store URL or set ROSTER_STORE.");
        }
        return Store.open(url);
    }
}
