package io.github.llamaspring.core.cli;

import java.nio.file.Path;
import java.util.Set;

import io.github.llamaspring.core.store.FetchProgress;
import io.github.llamaspring.core.store.FetchProgress.Phase;
import io.github.llamaspring.core.store.ModelStore;

/**
 * {@code pull REF}: fetches a model and prints its path.
 */
final class PullCommand extends Command {

	private static final double MEBIBYTE = 1 << 20;

	@Override
	Set<String> flags() {
		return Set.of("--json");
	}

	@Override
	void run(String reference, Arguments arguments, Console console) {
		Path path = resolve(reference, console).toAbsolutePath();
		if (arguments.has("--json")) {
			console.json(Console.object().put("path", path.toString()));
		}
		else {
			console.println(path.toString());
		}
	}

	/**
	 * The file that a reference means, fetched if need be with progress on standard
	 * error.
	 */
	static Path resolve(String reference, Console console) {
		boolean[] shown = new boolean[1];
		Path path = ModelStore.ofSystem().resolve(reference, (progress) -> {
			if (progress.phase() != Phase.CHECKING_CACHE && progress.phase() != Phase.READY) {
				console.progress(line(progress));
				shown[0] = true;
			}
		});
		if (shown[0]) {
			console.note("");
		}
		return path;
	}

	private static String line(FetchProgress progress) {
		String size = (progress.total() > 0)
				? "%.1f of %.1f MiB".formatted(progress.bytes() / MEBIBYTE, progress.total() / MEBIBYTE)
				: "%.1f MiB".formatted(progress.bytes() / MEBIBYTE);
		return "%s: %s %s".formatted(progress.model(), progress.phase().text(), size);
	}

}
