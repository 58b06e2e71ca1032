"""Everything a person can do, in one word each: permission, transition label and audit tag."""

from enum import StrEnum


class Act(StrEnum):
    """``<resource>:<verb>``. The value stands in the record of what happened and never changes its meaning."""

    # Outside any case
    CASE_OPEN = "case:open"
    CASES_LIST = "case:list"
    ACCOUNT_READ = "account:read"
    ACCOUNT_EDIT = "account:edit"
    ACCOUNT_JOIN = "account:join"
    STAFF_INVITE = "staff:invite"
    STAFF_READ = "staff:read"
    DESK_READ = "desk:read"
    DESK_CONFIRM = "desk:confirm"
    TEMPLATE_EDIT = "template:edit"

    # The joint request
    CASE_READ = "case:read"
    CASE_LABEL = "case:label"
    CASE_INVITE = "case:invite"
    REQUEST_READ = "request:read"
    REQUEST_EDIT = "request:edit"
    REQUEST_ENDORSE = "request:endorse"
    CASE_REQUEST = "case:request"
    CASE_DECLINE = "case:decline"
    CASE_WITHDRAW = "case:withdraw"
    CASE_TAKE_UP = "case:take_up"
    CASE_RETURN = "case:return"
    CASE_NOT_TAKE_UP = "case:not_take_up"

    # Who sits at the table
    PARTICIPANT_READ = "participant:read"
    PARTICIPANT_LIST = "participant:list"
    PARTICIPANT_REMOVE = "participant:remove"
    SEAT_STATE = "seat:state"
    SEAT_ACCEPT = "seat:accept"
    HISTORY_GRANT = "history:grant"
    FACILITATOR_PROPOSE = "facilitator:propose"
    FACILITATOR_DECLARE = "facilitator:declare"
    FACILITATOR_ACCEPT = "facilitator:accept"
    FACILITATOR_DECLINE = "facilitator:decline"

    # Terms of confidentiality
    TERMS_READ = "terms:read"
    TERMS_PROPOSE = "terms:propose"
    TERMS_AGREE = "terms:agree"
    TERMS_ACCEPT = "terms:accept"

    # The dialogue itself
    CASE_BEGIN = "case:begin"
    AGENDA_READ = "agenda:read"
    AGENDA_PROPOSE = "agenda:propose"
    AGENDA_ADMIT = "agenda:admit"
    AGENDA_PARK = "agenda:park"
    AGENDA_RESUME = "agenda:resume"
    AGENDA_WITHDRAW = "agenda:withdraw"
    WORDING_PROPOSE = "wording:propose"
    POSITION_RECORD = "position:record"
    NOTE_READ = "note:read"
    NOTE_WRITE = "note:write"
    NOTE_REVISE = "note:revise"
    DRAFT_SAVE = "draft:save"

    # What both do together, and what ends a dialogue
    JOINT_ACT_READ = "joint_act:read"
    JOINT_ACT_PROPOSE = "joint_act:propose"
    JOINT_ACT_CONFIRM = "joint_act:confirm"
    JOINT_ACT_WITHDRAW = "joint_act:withdraw"
    AGENDA_REOPEN = "agenda:reopen"
    CASE_SUSPEND = "case:suspend"
    CASE_RESUME = "case:resume"
    CASE_CONCLUDE = "case:conclude"
    CASE_GO_BACK = "case:go_back"
    OUTCOME_READ = "outcome:read"
    OUTCOME_ASSEMBLE = "outcome:assemble"
    OUTCOME_SIGN = "outcome:sign"
    CASE_COMPLETE = "case:complete"
    CASE_CLOSE = "case:close"
    CASE_LEAVE = "case:leave"
    CASE_DESTROY = "case:destroy"

    # Notices and the record
    NOTICE_READ = "notice:read"
    NOTICE_PREPARE = "notice:prepare"
    NOTICE_AGREE = "notice:agree"
    NOTICE_SEND = "notice:send"
    RECORD_READ = "record:read"
