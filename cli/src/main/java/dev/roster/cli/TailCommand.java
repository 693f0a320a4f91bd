package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.Entry;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.flow.FlowHandler;
import dev.roster.flow.Values;
import dev.roster.store.Store;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what lies below a path of a store, and what changes there. */
@Command(
        name = "tail",
        description = {
            "Prints what lies below a path of the store, and then each change, until it is interrupted.",
            "A path is a path: a/b is that key and all below a/b/, never a/bc. Everything: \"\"."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:listed (with --list)",
            "1:an error",
            "2:the command line is wrong",
            "130:interrupted",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster tail -s sqlite:work.db settings",
            "  roster tail -s sqlite:work.db settings --list",
            "  roster tail -s sqlite:work.db settings --watch --json | jq .key"
        })
final class TailCommand implements Callable<Integer> {
    @Mixin StoreChoice where = new StoreChoice();

    @Option(names = "--list", description = "Prints what is there, and ends.")
    private boolean list;

    @Option(names = "--watch", description = "Prints changes only.")
    private boolean watch;

    @Option(
            names = "--expire",
            description = "Removes, while it runs, keys below the path whose time to live is over.")
    private boolean expire;

    @Option(
            names = "--json",
            description = {
                "Writes an object a line: event (listed, created, updated, deleted), key, revision,",
                "value (base64 if it is no text; not of deleted)."
            })
    private boolean json;

    @Parameters(paramLabel = "PATH", description = "The path.")
    private String path = "";

    @Override
    public Integer call() throws InterruptedException {
        try (Store store = where.open();
                Values<Bytes> values = Values.of(store, expire ? path : "", Codec.BYTES);
                Flow flow = Flow.on(store)) {
            if (expire) {
                values.expire();
            }
            FlowHandler print = this::print;
            if (list == watch) {
                flow.follow(path, print);
            } else if (list) {
                flow.list(path, print);
            } else {
                flow.watch(path, print);
            }
            flow.run();
            return ExitCodes.OK;
        }
    }

    private void print(FlowEvent event) {
        switch (event) {
            case FlowEvent.Listed one -> print("listed", event, one.entry());
            case FlowEvent.Created one -> print("created", event, one.entry());
            case FlowEvent.Updated one -> print("updated", event, one.entry());
            case FlowEvent.Deleted one -> print("deleted", event, null);
        }
        System.out.flush();
    }

    private void print(String what, FlowEvent event, @Nullable Entry entry) {
        Optional<Bytes> value = Optional.ofNullable(entry).map(Entry::value);
        if (json) {
            Json line =
                    new Json()
                            .put("event", what)
                            .put("key", event.key())
                            .put("revision", event.revision());
            System.out.println(value.map(bytes -> ValueTexts.json(line, bytes)).orElse(line));
        } else {
            System.out.printf(
                    "%-7s  %s%s%n",
                    what,
                    event.key(),
                    value.map(bytes -> "  " + ValueTexts.line(bytes)).orElse(""));
        }
    }
}
