/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain words for what went wrong in PPP. */
#pragma once

#include "base/text.h"
#include "ppp/session.h"

/* One sentence, without a full stop. */
const char *ppp_failure_text(enum ppp_failure failure);

/*
 * What a peer said, with the codes of Microsoft's failure messages ("E=691 R=0 ...", RFC 2759
 * section 6) turned into plain words.  words: printable already.
 */
void ppp_words_explain(struct text *to, const char *words);
