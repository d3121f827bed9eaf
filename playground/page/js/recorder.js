// Records a voice message where the browser and the person allow it.

import { webmToOgg } from "./ogg.js";

const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"];

export function canRecord() {
  return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder) && TYPES.some((type) => MediaRecorder.isTypeSupported(type));
}

/** Starts recording; the answer has `finish()` giving {blob, seconds, name} and `cancel()`. */
export async function startRecording() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((name) => MediaRecorder.isTypeSupported(name));
  const recorder = new MediaRecorder(stream, { mimeType: type });
  const chunks = [];
  const began = performance.now();
  recorder.addEventListener("dataavailable", (event) => { if (event.data.size) chunks.push(event.data); });
  const stopped = new Promise((resolve) => { recorder.addEventListener("stop", resolve, { once: true }); });
  recorder.start(250);
  const end = async () => {
    if (recorder.state !== "inactive") recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
  };
  return {
    seconds: () => (performance.now() - began) / 1000,
    cancel: end,
    finish: async () => {
      const seconds = Math.max(1, Math.round((performance.now() - began) / 1000));
      await end();
      const recorded = new Blob(chunks, { type });
      if (type.startsWith("audio/ogg")) return { blob: recorded, seconds, name: "voice.ogg" };
      return { ...webmToOgg(await recorded.arrayBuffer()), name: "voice.ogg" };
    },
  };
}
