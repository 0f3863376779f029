// SPDX-License-Identifier: Apache-2.0
// Puts the page of now in the place of the one that is shown, every two seconds.
"use strict";
const step = async () => {
  try {
    const reply = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
    document.body.classList.remove("is-away");
  } catch {
    document.body.classList.add("is-away");
  }
  setTimeout(step, 2000);
};
setTimeout(step, 2000);
