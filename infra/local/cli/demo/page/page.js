"use strict";
{
  const audio = document.getElementById("audio");
  const waveform = document.getElementById("waveform");
  const needle = document.getElementById("needle");
  const turns = [...document.querySelectorAll(".transcript li")];
  const starts = turns.map((turn) => Number(turn.dataset.at));

  const seek = (seconds) => {
    audio.currentTime = seconds;
    audio.play().catch(() => {}); // a browser may refuse to play without being asked: the needle has moved
  };

  const show = () => {
    const x = audio.duration ? (1000 * audio.currentTime) / audio.duration : 0;
    needle.setAttribute("x1", x);
    needle.setAttribute("x2", x);
    const now = audio.currentTime + 0.05;
    const current = audio.currentTime > 0 ? starts.findLastIndex((at) => at <= now) : -1;
    turns.forEach((turn, index) => {
      turn.classList.toggle("current", index === current);
      turn.setAttribute("aria-current", String(index === current));
    });
  };

  turns.forEach((turn, index) => {
    turn.querySelector("button").addEventListener("click", () => seek(starts[index]));
  });
  waveform.addEventListener("click", (event) => {
    const box = waveform.getBoundingClientRect();
    if (audio.duration) seek((audio.duration * (event.clientX - box.left)) / box.width);
  });
  for (const event of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(event, show);
  const follow = () => {
    show();
    if (!audio.paused) requestAnimationFrame(follow);
  };
  audio.addEventListener("play", follow);
}
