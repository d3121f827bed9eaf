// The same echo bot as a telegraf developer writes it.
import { Input, Markup, Telegraf } from "telegraf";
import { message } from "telegraf/filters";

const bot = new Telegraf(process.env.BOT_TOKEN, {
  telegram: { apiRoot: process.env.TELEGRAM_API },
});

const counted = (count) =>
  Markup.inlineKeyboard([[Markup.button.callback(`Taps: ${count}`, `count ${count}`)]]);

async function fetched(context, fileId, name) {
  const link = await context.telegram.getFileLink(fileId);
  const answer = await fetch(link);
  return Input.fromBuffer(Buffer.from(await answer.arrayBuffer()), name);
}

bot.start((context) => context.replyWithHTML("Welcome! <b>Tap</b> below.", counted(0)));

bot.on(message("photo"), async (context) => {
  const fileId = context.message.photo.at(-1).file_id;
  await context.replyWithPhoto(fileId, { caption: "by id" });
  const copy = await fetched(context, fileId, "photo.png");
  await context.replyWithPhoto(copy, { caption: "uploaded", ...counted(0) });
});

bot.on(message("voice"), async (context) => {
  const fileId = context.message.voice.file_id;
  await context.replyWithVoice(fileId, { caption: "by id" });
  const copy = await fetched(context, fileId, "voice.ogg");
  await context.replyWithVoice(copy, { caption: "uploaded", ...counted(0) });
});

bot.on(message("text"), (context) =>
  context.reply(`You said: ${context.message.text}`, {
    reply_parameters: { message_id: context.message.message_id },
  }));

bot.on("callback_query", async (context) => {
  const count = Number(context.callbackQuery.data.split(" ")[1]) + 1;
  await context.answerCbQuery(`Counted ${count}`);
  await context.editMessageText(`${count} taps`, counted(count));
});

process.once("SIGTERM", () => bot.stop("SIGTERM"));
await bot.launch();
