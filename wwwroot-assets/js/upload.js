// Files go to the server one after the other, over HTTP: with progress, and without a copy in the circuit.
const types = [[".jsonl", "application/x-ndjson"], [".zip", "application/zip"], [".tar.zst", "application/zstd"], [".zst", "application/zstd"]];

export function watch(zone, reference) {
  const input = zone.querySelector("input[type=file]");
  let busy = false;

  async function send(files) {
    if (busy || files.length === 0 || input.disabled) return;
    busy = true;
    try {
      const errand = await reference.invokeMethodAsync("Begin");
      if (!errand) return;
      for (const file of files) await one(file, errand, reference);
      await reference.invokeMethodAsync("Finished");
    } catch {
      // The page is gone.
    } finally {
      busy = false;
      input.value = "";
    }
  }

  const over = e => { e.preventDefault(); zone.classList.toggle("over", e.type === "dragover" && !input.disabled); };
  const drop = e => { over(e); send([...(e.dataTransfer?.files ?? [])]); };
  const chosen = () => send([...input.files]);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", over);
  zone.addEventListener("drop", drop);
  input.addEventListener("change", chosen);
  return {
    stop: () => {
      zone.removeEventListener("dragover", over);
      zone.removeEventListener("dragleave", over);
      zone.removeEventListener("drop", drop);
      input.removeEventListener("change", chosen);
    },
  };
}

function one(file, errand, reference) {
  return new Promise(done => {
    const request = new XMLHttpRequest();
    let told = 0;
    const tell = sent => reference.invokeMethodAsync("Sent", file.name, sent, file.size).catch(() => {});
    request.open("POST", `${errand.address}&name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Authorization", `Bearer ${errand.key}`);
    request.setRequestHeader("Content-Type", types.find(([end]) => file.name.toLowerCase().endsWith(end))?.[1] ?? "application/octet-stream");
    request.upload.onprogress = e => {
      // Twice a second at most.
      if (Date.now() - told < 500 && e.loaded < e.total) return;
      told = Date.now();
      tell(e.loaded);
    };
    request.onloadend = async () => {
      let detail = null;
      try {
        detail = JSON.parse(request.responseText).detail ?? null;
      } catch {
        // No JSON, nothing to say.
      }
      await reference.invokeMethodAsync("Ended", file.name, file.size, request.status, detail).catch(() => {});
      done();
    };
    tell(0);
    request.send(file);
  });
}
